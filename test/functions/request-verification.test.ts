import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FRESH_SECONDS } from '../../shared/contract/lifetimes.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring, partsOf, shapesDuring } from '../support/dynamo-shape.ts';
import { fromSource, newSource } from '../support/fixtures.ts';
import { recoveryToken, resetPassword, signUpSomebody } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { exhaustGlobalLimit, withoutWait } from '../support/limit-counters.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { challengeOf, newestCode } from '../support/second-factor.ts';
import { everythingStored, storedRows } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import {
  accountWithSms,
  addSms,
  askForCode,
  giveCode,
  newNumber,
  receiveCode,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { type Answer, startWorld, UNLIMITED, type World } from '../support/world.ts';

const {
  requestVerification: anonymousLimits,
  accountVerification: accountLimits,
  ownerVerification: ownerLimits,
} = DEFAULTS.limits;

/** Of a country outside the list of these suites. */
const NOT_SERVED = '+33612345678';

describe('request-verification', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({
      settings: {
        limits: { signUp: UNLIMITED, signIn: UNLIMITED },
        sms: { ...UNHINDERED_SMS, countries: ['AT'] }, // see test/functions/deliver-sms.test.ts
      },
    });
  });
  afterAll(() => world.close());

  const newAccount = () => signUpSomebody(world);

  /** An account with codes by SMS that waits for its second factor. */
  const challenged = async () => {
    const account = await accountWithSms(world);
    return { account, phoneNumber: account.phoneNumber, challenge: await challengeOf(world, account.email) };
  };

  const ask = (phoneNumber: string): Promise<Answer> => askForCode(world, { phoneNumber, changes: newSource() });

  const smsTo = async (phoneNumber: string): Promise<number> => (await world.mailsTo(phoneNumber)).length;

  describe('of anybody', () => {
    it('sends a code to a number, and answers what finds it again', async () => {
      const phoneNumber = newNumber();

      const answer = await ask(phoneNumber);
      await world.deliver();

      expect(answer).toMatchObject({
        status: 200,
        headers: { 'cache-control': 'no-store' },
        body: { verification_id: expect.stringMatching(/^[\w-]{46}$/), expires_in: 600, resend_after: 30 },
      });
      expect(Object.keys(answer.body)).toEqual(['verification_id', 'expires_in', 'resend_after']);
      expect(await newestCode(world, phoneNumber)).toMatch(/^\d{6}$/);
      expect(await smsTo(phoneNumber)).toBe(1);
    });

    it('takes JSON, a form and what a browser sends, and speaks the language of who asks', async () => {
      const german = newNumber();

      const answers = [
        await world.call('request-verification', loadEvent('request-verification/json', newSource())),
        await world.call(
          'request-verification',
          loadEvent('request-verification/form', { ...formBody({ phone_number: newNumber() }), ...newSource() }),
        ),
        await world.call(
          'request-verification',
          loadEvent('request-verification/browser', { ...jsonBody({ phone_number: german }), ...newSource() }),
        ),
      ];
      await world.deliver();

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await world.mailsTo(german))[0]?.text).toContain('bestätigt diese Nummer');
      expect((await world.mailsTo(german))[0]?.text).not.toContain('your code');
    });

    it('leaves an intent without a code, and of the code no more than a keyed hash and the salt', async () => {
      const phoneNumber = newNumber();
      await ask(phoneNumber);
      const [waiting] = await world.rows('outbox');

      await world.deliver();

      expect(Object.keys(waiting?.intent as object).toSorted()).toEqual([
        'kind',
        'locales',
        'phoneNumber',
        'verificationId',
      ]);
      expect(await everythingStored(world)).not.toContain(`"${await newestCode(world, phoneNumber)}"`);
      expect(await world.rows('outbox')).toEqual([]);
    });

    it('takes one round trip, and counts, spaces out and writes in one transaction', async () => {
      const before = world.proxy.calls.length;

      await ask(newNumber());

      const [call, ...others] = world.proxy.calls.slice(before);
      expect([call?.operation, others]).toEqual(['TransactWriteItems', []]);
      expect(partsOf(call)).toEqual([
        ['Update', world.tables.tokens], // counter of the number
        ['Update', world.tables.tokens], // counter of the source
        ['Update', world.tables.tokens], // counter of its /24
        ['Update', world.tables.tokens], // global counter
        ['Put', world.tables.tokens], // wait until the next code
        ['Put', world.tables.tokens], // the verification
        ['Put', world.tables.tokens], // its index by source
        ['Put', world.tables.tokens], // marker of the newest one
        ['Put', world.tables.outbox],
      ]);
    });

    it('does and answers the same for a number with an account and one without, up to the SMS', async () => {
      const { phoneNumber: known } = await addSms(world, await newAccount());
      const unknown = newNumber();
      await world.deliver();
      const answers: Answer[] = [];
      const request = async (phoneNumber: string) => void answers.push(await ask(phoneNumber));

      const ofKnown = await shapesDuring(world.proxy, () => request(known));
      const deliveryOfKnown = await shapesDuring(world.proxy, async () => void (await world.deliver()));
      const ofUnknown = await shapesDuring(world.proxy, () => request(unknown));
      const deliveryOfUnknown = await shapesDuring(world.proxy, async () => void (await world.deliver()));

      const [first, second] = answers.map((answer) => {
        const { verification_id: id } = answer.body;
        return JSON.stringify(answer).replaceAll(id, '(id)');
      });
      expect(ofKnown).toHaveLength(1);
      expect(ofKnown).toEqual(ofUnknown);
      expect(deliveryOfKnown).toEqual(deliveryOfUnknown);
      expect(first).toBe(second);
      expect([await smsTo(known), await smsTo(unknown)]).toEqual([2, 1]);
    });

    it('wants a number', async () => {
      const noBody = { body: undefined, isBase64Encoded: false, 'headers.content-type': undefined };

      const answers = [
        await askForCode(world, { changes: { ...jsonBody({}), ...newSource() } }),
        await askForCode(world, { changes: { ...noBody, ...newSource() } }),
        await askForCode(world, { changes: { ...formBody(''), ...newSource() } }),
      ];

      for (const answer of answers) {
        expect(answer).toMatchObject({
          status: 400,
          body: { code: 'invalid-request', errors: [{ field: 'phone_number', code: 'required' }] },
        });
      }
    });

    it.each<[string, unknown, string]>([
      ['without a country', '06641234567', 'not-a-mobile-number'],
      ['of a landline', '+4315330000', 'not-a-mobile-number'],
      ['at a premium rate', '+43900123456', 'not-a-mobile-number'],
      ['free of charge', '+43800123456', 'not-a-mobile-number'],
      ['of a satellite phone', '+881612345678', 'not-a-mobile-number'],
      ['of a short code', '+43112', 'not-a-mobile-number'],
      ['with an extension', '+436641234567;ext=1', 'not-a-mobile-number'],
      ['in letters', '+43664ABCDEFG', 'not-a-mobile-number'],
      ['and another one', '+436641234567,+436649999999', 'not-a-mobile-number'],
      ['of any length', `+43664${'1'.repeat(70)}`, 'too-long'],
      ['that is blank', '', 'not-a-mobile-number'],
      ['as a number', 436641234567, 'wrong-type'],
      ['in an array', ['+436641234567'], 'wrong-type'],
      ['that is null', null, 'required'],
    ])('refuses a number %s, and stores nothing', async (_, phoneNumber, code) => {
      const before = await storedRows(world);

      const answer = await askForCode(world, {
        changes: { ...jsonBody({ phone_number: phoneNumber }), ...newSource() },
      });

      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ field: 'phone_number', code }] },
      });
      expect(await storedRows(world)).toEqual(before);
    });

    it('refuses a number of a country without SMS, says so, and stores and counts nothing', async () => {
      const before = await storedRows(world);

      const answer = await ask(NOT_SERVED);

      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'unsupported-country', title: expect.stringContaining('Give a number of another country') },
      });
      expect(await storedRows(world)).toEqual(before);
      expect(leaksIn([answer.text], { number: NOT_SERVED })).toEqual([]);
    });

    it.each(bodyFaults({ phone_number: '+436641234567' }).filter(({ fault }) => !/no body|an empty body/.test(fault)))(
      'refuses $fault',
      async ({ changes, status, code, errors }) => {
        const before = await storedRows(world);

        const answer = await askForCode(world, { changes: { ...changes, ...newSource() } });

        expect(answer).toMatchObject({ status, body: { code } });
        expect(answer.body.errors).toEqual(errors);
        expect(await storedRows(world)).toEqual(before);
      },
    );
  });

  describe('with a challenge', () => {
    it("sends to the account's own number, asked for it or not", async () => {
      const { phoneNumber, challenge } = await challenged();

      const unnamed = await askForCode(world, { token: challenge });
      await world.deliver();
      world.clock.advance(30);
      const named = await askForCode(world, { token: challenge, phoneNumber });
      await world.deliver();

      expect([unnamed.status, named.status]).toEqual([200, 200]);
      expect(await smsTo(phoneNumber)).toBe(3);
      expect((await giveCode(world, await newestCode(world, phoneNumber), { token: challenge })).status).toBe(200);
    });

    it('answers the same when another number is named, and sends nothing to it or to anybody', async () => {
      const first = await challenged();
      const second = await challenged();
      const other = newNumber();

      const challenge = await challengeOf(world, first.account.email); // the one above is an hour old
      const own = await askForCode(world, { token: challenge, phoneNumber: first.phoneNumber });
      const foreign = await askForCode(world, { token: second.challenge, phoneNumber: other });
      await world.deliver();

      const withoutId = ({ body, text, headers, cookies, ...answer }: Answer) => ({
        ...answer,
        cookies: cookies?.map((cookie) => cookie.replace(/=[\w-]+/, '=(sealed id)')),
        headers: JSON.stringify(headers).replaceAll(body.verification_id, '(id)'),
        text: text.replace(body.verification_id, '(id)'),
      });
      expect(withoutId(foreign)).toEqual(withoutId(own));
      expect([await smsTo(other), await smsTo(second.phoneNumber), await smsTo(first.phoneNumber)]).toEqual([0, 1, 2]);
    });

    it('takes a read and one transaction', async () => {
      const { challenge } = await challenged();

      const operations = await operationsDuring(world.proxy, () => askForCode(world, { token: challenge }));

      expect(operations).toEqual(['BatchGetItem', 'TransactWriteItems']);
      await world.deliver();
    });

    it('sends nothing for a sign-in that never began, that is over, or whose password was reset', async () => {
      const { account, phoneNumber, challenge } = await challenged();
      const keyring = makeKeyring(JSON.parse(readFileSync(world.keyringFile, 'utf8')));
      const invented = makeChallengeTokens({ keyring }).write({
        verificationId: 'b0c6f0f0-31d3-4d4e-9d0c-0d3d3c9e4a11',
        accountId: account.account_id,
        epoch: 1,
        expiresAtEpochSeconds: world.clock.nowSeconds() + 600,
        factors: ['sms'],
      });
      const before = await smsTo(phoneNumber);

      await askForCode(world, { token: invented });
      await world.deliver();
      world.clock.advance(601);
      await askForCode(world, { token: challenge });
      await world.deliver();

      expect(await smsTo(phoneNumber)).toBe(before);
    });

    it('gives no shorter wait to a new sign-in', async () => {
      const { account, challenge } = await challenged();
      await askForCode(world, { token: challenge });
      await world.deliver();

      const answer = await askForCode(world, { token: await challengeOf(world, account.email) });

      expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '30' } });
    });
  });

  describe('with a session', () => {
    it('sends to the number that shall become a factor', async () => {
      const account = await newAccount();
      const phoneNumber = newNumber();

      const { code } = await receiveCode(world, { token: account.access_token, phoneNumber });

      expect(code).toMatch(/^\d{6}$/);
      expect((await world.mailsTo(phoneNumber))[0]?.text).toContain('turn on SMS codes');
    });

    it('wants it fresh for a number: a stolen access token of six minutes ago makes nobody send anything', async () => {
      const account = await newAccount();
      const phoneNumber = newNumber();
      world.clock.advance(FRESH_SECONDS - 1);
      const inTime = await askForCode(world, { token: account.access_token, phoneNumber });
      // Unless refreshed, the access token expires together with its freshness.
      const refreshed = await world.call(
        'refresh-session',
        loadEvent('refresh-session/json', jsonBody({ refresh_token: account.refresh_token })),
      );
      world.clock.advance(2);
      const before = await storedRows(world);

      const stale = await askForCode(world, { token: refreshed.body.access_token, phoneNumber: newNumber() });

      expect(inTime.status).toBe(200);
      expect(stale).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': expect.stringContaining('error="insufficient_user_authentication"') },
        body: { code: 'fresh-session-required' },
      });
      expect(await storedRows(world)).toEqual(before);
    });

    it('sends a code for reauthenticate to the own number without being fresh', async () => {
      const account = await newAccount();
      const { phoneNumber } = await addSms(world, account);
      world.clock.advance(FRESH_SECONDS - 1);
      const { body: current } = await world.call(
        'refresh-session',
        loadEvent('refresh-session/json', jsonBody({ refresh_token: account.refresh_token })),
      );
      world.clock.advance(60);

      await receiveCode(world, { token: current.access_token, readAt: phoneNumber });

      expect(await smsTo(phoneNumber)).toBe(2);
    });

    it('refuses a number of a country without SMS, known or not, and neither counts nor spaces anything out', async () => {
      const account = await newAccount();
      const before = await storedRows(world);

      const answer = await askForCode(world, { token: account.access_token, phoneNumber: NOT_SERVED });

      expect(answer).toMatchObject({ status: 400, body: { code: 'unsupported-country' } });
      expect(await storedRows(world)).toEqual(before);
      expect(
        (await askForCode(world, { token: account.access_token, phoneNumber: newNumber() })).body.resend_after,
      ).toBe(30);
    });

    it('refuses a session that a password reset has ended', async () => {
      const account = await newAccount();
      await resetPassword(world, await recoveryToken(world, account.email), 'a much better horse');

      const answer = await askForCode(world, { token: account.access_token, phoneNumber: newNumber() });

      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    });
  });

  it('refuses a token that is none of ours, instead of taking the caller for nobody', async () => {
    const before = await storedRows(world);

    const answer = await askForCode(world, { token: 'replaced.by.the-test', phoneNumber: newNumber() });

    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await storedRows(world)).toEqual(before);
  });

  describe('its waits', () => {
    /** @asvs 2.4.1 */
    it('are 30, 60, 120 and 240 seconds, and open in the very second that was named', async () => {
      const phoneNumber = newNumber();
      const named: number[] = [];

      for (const wait of [30, 60, 120, 240]) {
        const taken = await ask(phoneNumber);
        named.push(taken.body.resend_after);
        world.clock.advance(wait - 1);
        const tooEarly = await ask(phoneNumber);
        expect(tooEarly).toMatchObject({
          status: 429,
          headers: { 'retry-after': '1' },
          body: { code: 'too-many-requests', retry_after: 1 },
        });
        world.clock.advance(1);
      }

      expect(named).toEqual([30, 60, 120, 240]);
    });

    it('name what is left of them', async () => {
      const phoneNumber = newNumber();
      await ask(phoneNumber);
      world.clock.advance(10);

      expect((await ask(phoneNumber)).headers['retry-after']).toBe('20');
    });

    it('hold for every spelling of a number, from wherever it is asked', async () => {
      const phoneNumber = newNumber();
      await ask(phoneNumber);

      const answers = [
        await ask(`00${phoneNumber.slice(1)}`),
        await ask(`+43 (664) ${phoneNumber.slice(6)}`),
        await ask(`+43 0664 ${phoneNumber.slice(6)}`),
      ];

      expect(answers.map(({ status }) => status).filter((status) => status === 200)).toEqual([]);
    });

    it('cost no counter when they refuse', async () => {
      const phoneNumber = newNumber();
      await ask(phoneNumber);
      const counters = async () =>
        (await world.rows('tokens'))
          .filter(({ sk }) => sk === 'LIMIT')
          .map(({ pk, used }) => `${String(pk)} ${String(used)}`)
          .toSorted();
      const before = await counters();

      await ask(phoneNumber);

      expect(await counters()).toEqual(before);
    });

    it('let one of ten simultaneous requests for a number through', async () => {
      const phoneNumber = newNumber();

      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(phoneNumber)));
      await world.deliver();

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(9);
      expect(await smsTo(phoneNumber)).toBe(1);
    });

    it('are an hour at most: no answer names a wait that is longer than it is remembered', async () => {
      const { account } = await challenged();
      const named: number[] = [];
      const askAgain = async () => askForCode(world, { token: await challengeOf(world, account.email) });

      for (let requests = 0; requests < 8; requests += 1) {
        const taken = await askAgain();
        named.push(taken.body.resend_after);
        const tooEarly = await askAgain();
        expect(tooEarly).toMatchObject({ status: 429, headers: { 'retry-after': String(taken.body.resend_after) } });
        world.clock.advance(taken.body.resend_after);
      }

      expect(named).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600]);
      expect((await askAgain()).body.resend_after).toBe(30);
    });

    it('begin anew after an hour without a request', async () => {
      const phoneNumber = newNumber();
      await ask(phoneNumber);
      world.clock.advance(30);
      await ask(phoneNumber);
      world.clock.advance(3600);

      expect((await ask(phoneNumber)).body.resend_after).toBe(30);
    });
  });

  describe('its limits', () => {
    const counterOf = async (prefix: string, before: ReadonlySet<unknown>) =>
      (await world.rows('tokens')).find(({ pk }) => String(pk).startsWith(prefix) && !before.has(pk));
    const keys = async () => new Set((await world.rows('tokens')).map(({ pk }) => pk));

    it('let a number be sent five codes an hour', async () => {
      const before = await keys();
      const phoneNumber = newNumber();
      await ask(phoneNumber);
      const counter = await counterOf('LIMIT#request-verification/identifier#', before);
      await putRows(world, 'tokens', [{ ...counter, used: anonymousLimits.perIdentifier.max }]);

      const answer = await ask(phoneNumber);
      const another = await ask(newNumber());

      expect(anonymousLimits.perIdentifier).toEqual({ max: 5, windowSeconds: 3600 });
      expect([counter?.used, answer.status, answer.headers['ratelimit-limit']]).toEqual([1, 429, '5']);
      expect(another.status).toBe(200);
    });

    it('let a source ask for ten numbers an hour, whatever its headers say', async () => {
      const source = fromSource('198.51.100.4');
      const askFromThere = (changes = {}) =>
        askForCode(world, { phoneNumber: newNumber(), changes: { ...source, ...changes } });

      const statuses: number[] = [];
      for (let spent = 0; spent < anonymousLimits.perSource.max; spent += 1)
        statuses.push((await askFromThere()).status);
      const forged = await askFromThere({ 'headers.x-forwarded-for': '192.0.2.99', 'headers.user-agent': 'another' });
      const neighbour = await askForCode(world, { phoneNumber: newNumber(), changes: fromSource('198.51.100.5') });

      expect(statuses).toEqual(Array(10).fill(200));
      expect([forged.status, forged.headers['ratelimit-limit'], neighbour.status]).toEqual([429, '10', 200]);
    });

    it('let an account be sent ten codes a day, whichever of its sign-ins and sessions asks', async () => {
      const { account } = await challenged();
      const before = await keys();
      world.clock.advance(86_400); // a new window
      const challenge = await challengeOf(world, account.email);
      const again = await challengeOf(world, account.email);
      await askForCode(world, { token: again });
      const counter = await counterOf('LIMIT#owner-verification/identifier#', before);
      await putRows(world, 'tokens', [{ ...counter, used: ownerLimits.perIdentifier.max }]);

      const answers = [
        await askForCode(world, { token: again }),
        await askForCode(world, { token: challenge }),
        await askForCode(world, { token: await challengeOf(world, account.email) }),
      ];

      expect(ownerLimits.perIdentifier).toEqual({ max: 10, windowSeconds: 86_400 });
      expect(answers.map(({ status, headers }) => [status, headers['ratelimit-limit']])).toEqual(
        answers.map(() => [429, '10']),
      );
    });

    it('leave those whose password was right their own when strangers have used up everything', async () => {
      const { challenge } = await challenged();
      await ask(newNumber());
      await exhaustGlobalLimit(world, 'request-verification', anonymousLimits.global);

      const stranger = await ask(newNumber());
      const owner = await askForCode(world, { token: challenge });
      world.clock.advance(stranger.body.retry_after);

      expect([stranger.status, owner.status, (await ask(newNumber())).status]).toEqual([429, 200, 200]);
    });

    it('leave owners their own when accounts have used up everything that they may ask for new numbers', async () => {
      const { challenge } = await challenged();
      const { access_token: token } = await newAccount();
      await askForCode(world, { token, phoneNumber: newNumber() });
      await exhaustGlobalLimit(world, 'account-verification', accountLimits.global);

      const another = await askForCode(world, {
        token: (await newAccount()).access_token,
        phoneNumber: newNumber(),
      });
      const atSignIn = await askForCode(world, { token: challenge });

      world.clock.advance(3600);
      expect([another.status, atSignIn.status]).toEqual([429, 200]);
    });

    it("leave an owner the account's own count when its session has used up those for new numbers", async () => {
      const account = await accountWithSms(world);
      const { body: session } = await giveCode(world, account.recoveryCodes[0] ?? '', {
        token: await challengeOf(world, account.email),
      });
      const first = await askForCode(world, { token: session.access_token, phoneNumber: newNumber() });
      world.clock.advance(30);
      const counters = (await world.rows('tokens')).filter(({ pk }) =>
        String(pk).startsWith('LIMIT#account-verification/identifier#'),
      );
      const used = accountLimits.perIdentifier.max;
      await putRows(
        world,
        'tokens',
        counters.map((row) => ({ ...row, used })),
      );

      const usedUp = await askForCode(world, { token: session.access_token, phoneNumber: newNumber() });
      const own = await askForCode(world, { token: await challengeOf(world, account.email) });

      expect([first.status, usedUp.status, usedUp.headers['ratelimit-limit'], own.status]).toEqual([
        200,
        429,
        '10',
        200,
      ]);
    });

    it('let an owner from a network that has spent nothing through, however many owners a flood has', async () => {
      const [one, other] = [await accountWithSms(world), await accountWithSms(world)];
      const challenge = await challengeOf(world, one.email);
      await askForCode(world, { token: await challengeOf(world, other.email) });
      await exhaustGlobalLimit(world, 'owner-verification', ownerLimits.global);

      const owner = await askForCode(world, {
        token: challenge,
        changes: fromSource('198.51.100.77'),
      });

      world.clock.advance(3600);
      expect(owner.status).toBe(200);
    });

    it('refuse a number with an account and one without alike', async () => {
      const { phoneNumber: known } = await addSms(world, await newAccount());
      world.clock.advance(60);
      const refused: Answer[] = [];
      for (const phoneNumber of [known, newNumber()]) {
        const before = await keys();
        await ask(phoneNumber);
        const counter = await counterOf('LIMIT#request-verification/identifier#', before);
        await putRows(world, 'tokens', [{ ...counter, used: anonymousLimits.perIdentifier.max }]);
        refused.push(await ask(phoneNumber));
      }

      const [first, second] = refused.map((answer) => ({ ...withoutWait(answer), waits: [] }));
      expect(first).toEqual(second);
    });

    it('tell the tables nothing that could be turned back into a source', async () => {
      await askForCode(world, { phoneNumber: newNumber(), changes: fromSource('198.51.100.233') });

      const rows = (await world.rows('tokens')).filter(({ pk }) => /^(?:LIMIT|RESEND|PENDING)#/.test(String(pk)));

      expect(leaksIn(JSON.stringify(rows), { source: '198.51.100.233' })).toEqual([]);
    });
  });

  it('accepts nothing while the database is down, and says so', async () => {
    const before = await storedRows(world);
    world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'server-error' });

    const answer = await ask(newNumber());
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(await storedRows(world)).toEqual(before);
  });

  it('leaves no number, code, id, challenge or network in the log', async () => {
    await world.deliver();
    const { phoneNumber, challenge } = await challenged();
    const from = world.logs.length;
    const stranger = newNumber();
    const source = '198.51.100.234';

    const anonymous = await askForCode(world, { phoneNumber: stranger, changes: fromSource(source) });
    const own = await askForCode(world, { token: challenge });
    await askForCode(world, { token: challenge, phoneNumber, changes: jsonBody({ phone_number: phoneNumber, x: 1 }) });
    await world.deliver();

    const lines = world.logs.slice(from);
    expect(lines.map((line) => JSON.parse(line)).filter(({ flow }) => flow === 'request-verification')).toHaveLength(3);
    expect(
      leaksIn(lines, {
        phoneNumber,
        national: phoneNumber.slice(3),
        stranger,
        source,
        challenge,
        code: await newestCode(world, phoneNumber),
        strangersCode: await newestCode(world, stranger),
        id: anonymous.body.verification_id,
        ownId: own.body.verification_id,
      }),
    ).toEqual([]);
  });
});
