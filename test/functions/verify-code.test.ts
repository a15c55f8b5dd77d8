import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { deliverMessages } from '../../functions/manifest.ts';
import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { TRIES_PER_CHALLENGE } from '../../shared/two-factor/attempt-policy.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { fromSource, newSource } from '../support/fixtures.ts';
import { getProfile, signUpSomebody } from '../support/journeys.ts';
import { bearer, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { insertOf, waitingIntents } from '../support/outbox-stream.ts';
import { addAuthenticator, callAs, challengeOf, codesTo, newestCode, totpCode } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, storedRows } from '../support/stored.ts';
import {
  addSms,
  askForCode,
  giveCode,
  newNumber,
  otherThan,
  receiveCode,
  signInBySms,
  triesOf,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };

describe('verify-code', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const newAccount = () => signUpSomebody(world);

  /** A number with a sent code, and the source of its request. */
  const pending = async () => {
    const source = newSource();
    const phoneNumber = newNumber();
    return { source, phoneNumber, ...(await receiveCode(world, { phoneNumber, changes: source })) };
  };

  describe('finds what a code is for', () => {
    it('by the id that request-verification answered, alone or within the whole answer', async () => {
      const byId = await pending();
      const byAnswer = await pending();

      const answers = [
        await giveCode(world, byId.code, { verificationId: byId.verificationId }),
        await giveCode(world, byAnswer.code, { verificationId: byAnswer.answer.text }),
      ];

      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
        expect(answer.body).toEqual({ verified: true, proves: 'phone', phone_proof: expect.any(String) });
      }
    });

    it('by the cookie that a browser got', async () => {
      const { code, verificationId } = await pending();

      const answer = await world.call(
        'verify-code',
        loadEvent('verify-code/with-cookie', {
          ...jsonBody({ code }),
          cookies: ['theme=dark', `__Host-verification=${verificationId}`],
        }),
      );

      expect(answer.body).toEqual({ verified: true, proves: 'phone', phone_proof: expect.any(String) });
    });

    it('by the source that asked lately, where nothing but the code comes; then nothing is signed', async () => {
      const { code, source } = await pending();

      const answer = await giveCode(world, code, { changes: source });

      expect([answer.status, answer.text]).toEqual([200, '{"verified":true,"proves":"phone"}']);
    });

    it('by a source that several people share: each of the three that asked last gives their own code', async () => {
      const source = newSource();
      const codes: string[] = [];
      for (let index = 0; index < 4; index += 1) {
        codes.push((await receiveCode(world, { phoneNumber: newNumber(), changes: source })).code);
        world.clock.advance(1);
      }

      const statuses: number[] = [];
      for (const code of codes) statuses.push((await giveCode(world, code, { changes: source })).status);

      expect(statuses).toEqual([400, 200, 200, 200]);
    });

    it('not by another source, its neighbour or what a header says', async () => {
      const phoneNumber = newNumber();
      const { code } = await receiveCode(world, { phoneNumber, changes: fromSource('192.0.2.10') });

      const answers = [
        await giveCode(world, code, { changes: fromSource('192.0.2.11') }),
        await giveCode(world, code, {
          changes: { ...fromSource('192.0.2.12'), 'headers.x-forwarded-for': '192.0.2.10' },
        }),
      ];

      for (const answer of answers) expect(answer).toMatchObject(INVALID);
      expect((await giveCode(world, code, { changes: fromSource('192.0.2.10') })).status).toBe(200);
    });

    it('not by an IPv6 neighbour of the same /64: limits count by networks, people are found by address', async () => {
      const phoneNumber = newNumber();
      const { code } = await receiveCode(world, { phoneNumber, changes: fromSource('2001:db8::1') });

      expect(await giveCode(world, code, { changes: fromSource('2001:db8::2') })).toMatchObject(INVALID);
      expect((await giveCode(world, code, { changes: fromSource('2001:db8::1') })).status).toBe(200);
    });

    it('not by the source for a sign-in or a factor: that way proves a number and nothing more', async () => {
      const source = newSource();
      const account = await newAccount();
      const factor = await receiveCode(world, {
        token: account.access_token,
        phoneNumber: newNumber(),
        changes: source,
      });
      const { phoneNumber } = await addSms(world, await newAccount());
      const answer = await giveCode(world, factor.code, { changes: source });

      expect(phoneNumber).toBeTruthy();
      expect(answer).toMatchObject(INVALID);
    });

    it('by what comes first: an id that is wrong is not made good by a cookie, nor either by the source', async () => {
      const mine = await pending();
      const { verificationId: another } = await pending();
      const cookie = { cookies: [`__Host-verification=${mine.verificationId}`], ...mine.source };

      const answers = [
        await giveCode(world, mine.code, { verificationId: 'gibberish', changes: cookie }),
        await giveCode(world, mine.code, { verificationId: another, changes: cookie }),
        await giveCode(world, mine.code, { changes: { ...mine.source, cookies: ['__Host-verification=gibberish'] } }),
        await giveCode(world, mine.code, { changes: { ...mine.source, cookies: [`__Host-verification=${another}`] } }),
      ];

      for (const answer of answers) expect(answer).toMatchObject(INVALID);
      expect((await giveCode(world, mine.code, { changes: mine.source })).status).toBe(200);
    });

    it('not for a bearer token that is none of ours, whatever else comes with it', async () => {
      const { code, verificationId, source } = await pending();

      const answer = await giveCode(world, code, { token: 'replaced.by.the-test', verificationId, changes: source });

      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect((await giveCode(world, code, { changes: source })).status).toBe(200);
    });

    it.each<[string, (pending: { verificationId: string; answer: Answer }) => string]>([
      ['with a character less', ({ verificationId }) => verificationId.slice(0, -1)],
      ['with a character more', ({ verificationId }) => `${verificationId}A`],
      ['with another first byte', ({ verificationId }) => `B${verificationId.slice(1)}`],
      ['in other letters', ({ verificationId }) => verificationId.toLowerCase()],
      ['with padding', ({ verificationId }) => `${verificationId}==`],
      ['within JSON of another shape', ({ verificationId }) => JSON.stringify({ id: verificationId })],
      ['within JSON as an array', ({ verificationId }) => JSON.stringify({ verification_id: [verificationId] })],
      ['within JSON cut off', ({ answer }) => answer.text.slice(0, -1)],
      ['within an array', ({ answer }) => `[${answer.text}]`],
      ['within JSON of JSON', ({ answer }) => JSON.stringify(answer.text)],
      ['nowhere in an object', () => '{}'],
      ['as null', () => 'null'],
      ['as it is in the table', ({ verificationId }) => Buffer.from(verificationId, 'base64url').toString('hex')],
    ])('not by an id %s', async (_, changed) => {
      const mine = await pending();
      const before = await triesOfVerification(mine.verificationId);

      const answer = await giveCode(world, mine.code, { verificationId: changed(mine) });

      expect(answer).toMatchObject(INVALID);
      expect(await triesOfVerification(mine.verificationId)).toBe(before);
    });
  });

  const triesOfVerification = async (sealed: string): Promise<unknown> => {
    const hex = Buffer.from(sealed, 'base64url').subarray(2, 18).toString('hex');
    const row = (await world.rows('tokens')).find(({ pk }) => String(pk).replaceAll('-', '') === `VERIFICATION#${hex}`);
    return row?.tries;
  };

  describe('a code that proves a number', () => {
    const proofOf = async () => {
      const { code, verificationId, phoneNumber } = await pending();
      const { body } = await giveCode(world, code, { verificationId });
      return { phoneNumber, proof: body.phone_proof as string };
    };

    it('becomes a token that others verify with the published keys, for ten minutes', async () => {
      const { phoneNumber, proof } = await proofOf();
      const { body: keys } = await world.call('describe-service', loadEvent('describe-service/jwks'));
      const verifyAt = (seconds: number) =>
        jwtVerify(proof, createLocalJWKSet(keys), {
          algorithms: ['RS256'],
          typ: 'phone-proof+jwt',
          issuer: 'https://auth.bookshelf.example',
          audience: 'keyturn#phone-proof',
          currentDate: new Date(world.clock.nowMs() + seconds * 1000),
        });

      const { payload, protectedHeader } = await verifyAt(599);

      expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'phone-proof+jwt', kid: expect.any(String) });
      expect(payload).toEqual({
        phone_number: phoneNumber,
        phone_number_verified: true,
        iss: 'https://auth.bookshelf.example',
        aud: 'keyturn#phone-proof',
        jti: expect.any(String),
        iat: world.clock.nowSeconds() - 1, // for verifiers whose clock is a little behind
        exp: world.clock.nowSeconds() + 600,
      });
      await expect(verifyAt(600)).rejects.toThrow('exp');
    });

    it('is no access token at any route, and no challenge or access token of this one', async () => {
      const { proof } = await proofOf();
      const account_id = 'b0c6f0f0-31d3-4d4e-9d0c-0d3d3c9e4a11';

      expect(await routesOpenTo(world, { access_token: proof, account_id })).toEqual([]);
      expect((await giveCode(world, '000000', { token: proof })).status).toBe(401);
      expect((await askForCode(world, { token: proof, phoneNumber: newNumber() })).status).toBe(401);
    });

    /** @asvs 6.5.1 */
    it('works once, and the same answer is given to the second try as to a wrong code', async () => {
      const { code, verificationId, source } = await pending();
      const wrong = await giveCode(world, otherThan(code), { verificationId });

      const first = await giveCode(world, code, { verificationId });
      const second = await giveCode(world, code, { verificationId });
      const bySource = await giveCode(world, code, { changes: source });

      expect(first.status).toBe(200);
      expect(second).toEqual(wrong);
      expect(bySource).toMatchObject(INVALID);
    });

    it('has one winner of fifty simultaneous tries', async () => {
      const { code, verificationId } = await pending();

      const answers = await withoutTimeouts(() =>
        Promise.all(Array.from({ length: 50 }, () => giveCode(world, code, { verificationId }))),
      );

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
    });

    /** @asvs 6.5.5 */
    it('is good to the last second of ten minutes and not in the next', async () => {
      const inTime = await pending();
      const late = await pending();
      world.clock.advance(SMS_CODE_SECONDS - 1);
      const first = await giveCode(world, inTime.code, { verificationId: inTime.verificationId });
      world.clock.advance(1);

      const answers = [
        await giveCode(world, late.code, { verificationId: late.verificationId }),
        await giveCode(world, late.code, { changes: late.source }),
      ];

      expect(first.status).toBe(200);
      for (const answer of answers) expect(answer).toMatchObject(INVALID);
    });

    /** @asvs 6.6.3 */
    it('is not good any more after five wrong ones', async () => {
      const { code, verificationId } = await pending();
      for (let tried = 0; tried < TRIES_PER_CHALLENGE; tried += 1) {
        expect(await giveCode(world, otherThan(code), { verificationId })).toMatchObject(INVALID);
      }

      expect(await giveCode(world, code, { verificationId })).toMatchObject(INVALID);
      expect(await triesOfVerification(verificationId)).toBe(TRIES_PER_CHALLENGE);
    });

    it('is good after four wrong ones, wherever they came from', async () => {
      const { code, verificationId, source } = await pending();
      for (const changes of [source, source]) await giveCode(world, otherThan(code), { changes });
      for (let tried = 0; tried < 2; tried += 1) await giveCode(world, otherThan(code), { verificationId });

      expect((await giveCode(world, code, { verificationId })).status).toBe(200);
    });

    it('can not be spent by who has not got the id and is somewhere else', async () => {
      const { code, verificationId } = await pending();
      const elsewhere = newSource();

      for (let tried = 0; tried < 20; tried += 1) await giveCode(world, otherThan(code), { changes: elsewhere });

      expect((await giveCode(world, code, { verificationId })).status).toBe(200);
    });

    it('is not sent yet: any code is refused', async () => {
      const { body } = await askForCode(world, { phoneNumber: newNumber(), changes: newSource() });

      expect(await giveCode(world, '000000', { verificationId: body.verification_id })).toMatchObject(INVALID);
      await world.deliver();
    });

    it('takes two round trips: counted and read at once, then used up unless a newer one was asked for', async () => {
      const { code, verificationId } = await pending();

      const operations = await operationsDuring(world.proxy, () => giveCode(world, code, { verificationId }));

      expect(operations.toSorted()).toEqual(['GetItem', 'TransactWriteItems', 'TransactWriteItems']);
    });

    it('costs no try, and is good still, when the database was down', async () => {
      const { code, verificationId } = await pending();
      world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'server-error' });

      const down = await giveCode(world, code, { verificationId });
      world.proxy.heal();

      expect(down).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect((await giveCode(world, code, { verificationId })).status).toBe(200);
    });
  });

  describe('reads a code as people type it', () => {
    it.each<[string, (code: string) => string]>([
      ['with a space', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
      ['with a hyphen', (code) => `${code.slice(0, 3)}-${code.slice(3)}`],
      ['between spaces', (code) => `  ${code} `],
      ['digit by digit', (code) => code.split('').join(' ')],
    ])('%s', async (_, typed) => {
      const { code, verificationId, source } = await pending();
      const wrong = await giveCode(world, typed(otherThan(code)), { verificationId });

      const answer = await giveCode(world, typed(code), { changes: source });

      expect(wrong).toMatchObject(INVALID);
      expect(answer.status).toBe(200);
    });

    const WRONG: [string, (code: string) => unknown][] = [
      ['as 1e5', () => '1e5'],
      ['in hexadecimal', (code) => `0x${Number(code).toString(16)}`],
      ['of five digits', (code) => code.slice(1)],
      ['of seven digits', (code) => `0${code}`],
      ['with a sign', (code) => `+${code}`],
      ['with a fraction', (code) => `${code}.0`],
      ['with a NUL', (code) => `${code}\0`],
      ['of spaces alone', () => '   '],
      ['of a hyphen alone', () => '-'],
      ['called null', () => 'null'],
      ['of 64 digits', () => '1'.repeat(64)],
    ];
    const UNREADABLE: [string, (code: string) => unknown, string][] = [
      ['that is blank', () => '', 'too-short'],
      ['as a number', (code) => Number(code), 'wrong-type'],
      ['as 1e5 without quotes', () => 1e5, 'wrong-type'],
      ['in an array', (code) => [code], 'wrong-type'],
      ['in an object', (code) => ({ $eq: code }), 'wrong-type'],
      ['that is null', () => null, 'wrong-type'],
      ['that is true', () => true, 'wrong-type'],
      ['of 65 characters', (code) => code.padEnd(65, ' '), 'too-long'],
      ['with half a character', (code) => `${code}\ud800`, 'ill-formed-text'],
    ];

    it.each(WRONG)('and refuses one %s as wrong; it can be none of an SMS, and costs no try', async (_, typed) => {
      const { code, verificationId } = await pending();
      const changes = jsonBody({ code: typed(code), verification_id: verificationId });

      expect(await giveCode(world, code, { verificationId, changes })).toMatchObject(INVALID);
      expect(await triesOfVerification(verificationId)).toBe(0);
    });

    it.each(UNREADABLE)('and does not understand one %s, which costs no try', async (_, typed, reason) => {
      const { code, verificationId } = await pending();
      const changes = jsonBody({ code: typed(code), verification_id: verificationId });

      expect(await giveCode(world, code, { verificationId, changes })).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ field: 'code', code: reason }] },
      });
      expect(await triesOfVerification(verificationId)).toBe(0);
    });

    it('for a sign-in too: no spelling gets further than the right one or is a fault of ours', async () => {
      const account = await newAccount();
      const { secret } = await addAuthenticator(world, account);
      await addSms(world, account).catch(() => undefined); // requires the app's code first
      world.clock.advance(30);

      const statuses: number[] = [];
      for (const [, typed] of [...WRONG, ...UNREADABLE]) {
        const token = await challengeOf(world, account.email);
        const code = totpCode(world, secret);
        const { status } = await giveCode(world, code, { token, changes: jsonBody({ code: typed(code) }) });
        statuses.push(status);
      }

      expect(new Set(statuses)).toEqual(new Set([400]));
      const token = await challengeOf(world, account.email);
      expect((await giveCode(world, totpCode(world, secret), { token })).status).toBe(200);
    });

    /** Random bytes of which the code for a number becomes one that begins with a zero. */
    const saltOfZero = async (verificationId: unknown, phoneNumber: string): Promise<Buffer> => {
      const keyring = makeKeyring(JSON.parse(readFileSync(world.keyringFile, 'utf8')));
      const binding = { purpose: 'sms-code-value', epoch: null, destination: phoneNumber } as const;
      for (;;) {
        const salt = csprng.bytes(32);
        const secrets = makeDerivedSecrets({ keyring, randomness: { ...csprng, bytes: () => salt } });
        const code = await secrets.code(secrets.newSalt(), { ...binding, row: `phone/${String(verificationId)}` });
        if (code?.startsWith('0')) return salt;
      }
    };

    /** @asvs 6.5.4 */
    it('and keeps its leading zeros', async () => {
      const phoneNumber = newNumber();
      const { body } = await askForCode(world, { phoneNumber, changes: newSource() });
      const rows = await world.rows('tokens');
      const salt = await saltOfZero(rows.find((row) => row.phoneNumber === phoneNumber)?.verificationId, phoneNumber);
      const { wire } = await import('../../functions/deliver-messages/handler.ts');
      const deliver = wire({
        ...processRuntime(deliverMessages),
        clock: world.clock,
        randomness: { ...csprng, bytes: () => salt },
        log: () => undefined,
      });
      await deliver({ Records: (await waitingIntents(world)).map((pk) => insertOf(pk)) });
      const verificationId: string = body.verification_id;

      const sent = await newestCode(world, phoneNumber);
      const short = await giveCode(world, String(Number(sent)), { verificationId });
      const whole = await giveCode(world, sent, { verificationId });

      expect(sent).toMatch(/^0\d{5}$/);
      expect([short.status, whole.status]).toEqual([400, 200]);
    });
  });

  it.each(bodyFaults({ code: '123456', verification_id: 'replaced-by-the-test' }))(
    'refuses $fault',
    async ({ changes, status, code, errors }) => {
      const before = await storedRows(world);

      const answer = await giveCode(world, '', { changes });

      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body.errors).toEqual(errors);
      expect(await storedRows(world)).toEqual(before);
    },
  );

  it('takes a form with the id as well', async () => {
    const { code, answer } = await pending();
    const fields = formBody({ code, verification_id: answer.text });

    expect((await giveCode(world, code, { changes: fields })).body.phone_proof).toEqual(expect.any(String));
  });

  describe('for a signed-in caller', () => {
    it('lets codes go to a number, with recovery codes shown this once', async () => {
      const account = await newAccount();
      world.clock.advance(5);

      const { phoneNumber, answer } = await addSms(world, account);
      await world.deliver();

      expect(answer.body).toEqual({ verified: true, proves: 'factor', recovery_codes: expect.any(Array) });
      expect(new Set(answer.body.recovery_codes).size).toBe(10);
      for (const code of answer.body.recovery_codes)
        expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
      const overview = await callAs(world, 'get-two-factor', 'get-two-factor/get', account.access_token);
      expect(JSON.stringify(overview.body)).toContain(phoneNumber.slice(-2));
      expect((await eventsOf(world, account.account_id)).map(({ type }) => type)).toContain('sms-added');
      expect((await world.mailsTo(account.email)).map(({ text }) => text).join()).toContain(
        'Codes by text message were switched on',
      );
    });

    it('shows no recovery codes with a second factor, and keeps those there are', async () => {
      const account = await newAccount();
      const { secret, recoveryCodes } = await addAuthenticator(world, account);
      world.clock.advance(30);
      const { body: session } = await giveCode(world, totpCode(world, secret), {
        token: await challengeOf(world, account.email),
      });

      const { answer } = await addSms(world, session);
      const token = await challengeOf(world, account.email);

      expect(answer.body).toEqual({ verified: true, proves: 'factor' });
      expect((await giveCode(world, recoveryCodes[0] ?? '', { token })).status).toBe(200);
    });

    it('wants the factor that is on: a session of the password alone adds none beside it', async () => {
      const account = await newAccount();
      await addAuthenticator(world, account);
      const phoneNumber = newNumber();
      const { code } = await receiveCode(world, { token: account.access_token, phoneNumber });

      const answer = await giveCode(world, code, { token: account.access_token });

      expect(answer).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
    });

    it('wants a fresh session at the end as at the beginning', async () => {
      const account = await newAccount();
      world.clock.advance(240);
      const { code } = await receiveCode(world, { token: account.access_token, phoneNumber: newNumber() });
      const { body: current } = await world.call(
        'refresh-session',
        loadEvent('refresh-session/json', jsonBody({ refresh_token: account.refresh_token })),
      );
      world.clock.advance(61);

      const answer = await giveCode(world, code, { token: current.access_token });

      expect(answer).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
    });

    it('signs everybody else out when one number takes the place of another, and the caller goes on', async () => {
      const account = await newAccount();
      const { phoneNumber: old } = await addSms(world, account);
      world.clock.advance(3600);
      const other = await signInBySms(world, account.email, old);
      world.clock.advance(60);
      const caller = await signInBySms(world, account.email, old);
      world.clock.advance(120);

      const { phoneNumber, answer } = await addSms(world, caller);
      await world.deliver();

      expect(answer.body).toEqual({ verified: true, proves: 'factor', session: expect.any(Object) });
      expect(await routesOpenTo(world, caller)).toEqual([]);
      expect(await routesOpenTo(world, other)).toEqual([]);
      expect((await getProfile(world, answer.body.session)).status).toBe(200);
      world.clock.advance(600);
      await receiveCode(world, { token: await challengeOf(world, account.email), readAt: phoneNumber });
      expect(await codesTo(world, phoneNumber)).toHaveLength(2);
      expect(await codesTo(world, old)).toHaveLength(3);
    });

    it('has one winner of twenty simultaneous tries', async () => {
      const account = await newAccount();
      const { code } = await receiveCode(world, { token: account.access_token, phoneNumber: newNumber() });

      const answers = await Promise.all(
        Array.from({ length: 20 }, () => giveCode(world, code, { token: account.access_token })),
      );

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it('counts a wrong code, and one for which no code was asked', async () => {
      const account = await newAccount();
      const { code } = await receiveCode(world, { token: account.access_token, phoneNumber: newNumber() });

      const wrong = await giveCode(world, otherThan(code), { token: account.access_token });

      expect(wrong).toMatchObject(INVALID);
      expect(await triesOf(world, account.account_id)).toEqual({ sms: 1 });
      expect((await eventsOf(world, account.account_id)).map(({ type }) => type)).toContain('second-factor-failed');
    });

    it('takes the last code of a reauthentication for no proof of a factor, and counts it', async () => {
      const account = await newAccount();
      const { phoneNumber } = await addSms(world, account);
      world.clock.advance(3600);
      const session = await signInBySms(world, account.email, phoneNumber);
      world.clock.advance(120);
      const { code } = await receiveCode(world, { token: session.access_token, readAt: phoneNumber });

      const answer = await giveCode(world, code, { token: session.access_token });

      expect(answer).toMatchObject(INVALID);
      expect(await triesOf(world, account.account_id)).toEqual({ sms: 1 });
    });
  });

  it('stores of a code a hash that the keyring alone can make', async () => {
    const { code, verificationId, phoneNumber } = await pending();
    const keyring = makeKeyring(JSON.parse(readFileSync(world.keyringFile, 'utf8')));
    const hex = Buffer.from(verificationId, 'base64url').subarray(2, 18).toString('hex');
    const row = (await world.rows('tokens')).find(({ pk }) => String(pk).replaceAll('-', '') === `VERIFICATION#${hex}`);
    const secrets = makeFactorSecrets({ keyring, randomness: csprng });
    const bound = { verificationId: String(row?.verificationId), phoneNumber };

    expect(row?.codeHash).toBe(secrets.hashSmsCode(code, bound));
    expect(await secrets.isSmsCode(String(row?.codeHash), code, { ...bound, phoneNumber: newNumber() })).toBe(false);
    expect(await secrets.isSmsCode(String(row?.codeHash), otherThan(code), bound)).toBe(false);
  });

  it('has a bearer token decide alone: a session with the id of a number it asked for before proves no number', async () => {
    const account = await newAccount();
    const { code, verificationId } = await pending();

    const answer = await world.call(
      'verify-code',
      loadEvent('verify-code/json', {
        ...jsonBody({ code, verification_id: verificationId }),
        ...bearer(account.access_token),
      }),
    );

    expect(answer).toMatchObject(INVALID);
    expect((await giveCode(world, code, { verificationId })).status).toBe(200);
  });
});

describe('verify-code where codes are not looked up by source', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { verification: { findBySource: false } } });
  });
  afterAll(() => world.close());

  it('refuses a code alone from the very address that asked, and takes it with its id', async () => {
    const source = newSource();
    const { code, verificationId } = await receiveCode(world, { phoneNumber: newNumber(), changes: source });

    const alone = await giveCode(world, code, { changes: source });
    const withId = await giveCode(world, code, { verificationId, changes: source });

    expect(alone).toMatchObject(INVALID);
    expect(withId.status).toBe(200);
  });

  it('costs nobody a try: the verification is not even read', async () => {
    const { code } = await receiveCode(world, { phoneNumber: newNumber(), changes: newSource() });

    expect(await operationsDuring(world.proxy, () => giveCode(world, code))).toEqual([]);
  });
});
