import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScureBase32Plugin } from 'otplib';
import { FAILURE_MEMORY_SECONDS } from '../../shared/two-factor/attempt-policy.ts';
import { fromSource } from '../support/fixtures.ts';
import { GOOD_PASSWORD, signUpSomebody } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { addAuthenticator, callAs, challengeOf, newestCode, totpCode } from '../support/second-factor.ts';
import { everythingStored } from '../support/stored.ts';
import {
  accountWithSms,
  addSms,
  askForCode,
  giveCode,
  newNumber,
  passQuietDay,
  receiveCode,
  signInBySms,
  triesOf,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };

let world: World;

beforeAll(async () => {
  world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
});
afterAll(() => world.close());

const newAccount = () => signUpSomebody(world);

/** An account with a number and no recent failures or waits. */
const withSms = () => accountWithSms(world, { agoSeconds: FAILURE_MEMORY_SECONDS });

/** With a code just sent for a sign-in. @param account a new one by default */
const waitingForCode = async (owner?: Awaited<ReturnType<typeof withSms>>) => {
  const account = owner ?? (await withSms());
  const token = await challengeOf(world, account.email);
  return { ...account, token, ...(await receiveCode(world, { token, readAt: account.phoneNumber })) };
};

/** @asvs 6.6.2 */
describe('a code by SMS that is used for what it was not sent for', () => {
  it("is refused for another account, and counts as that account's failure", async () => {
    const [one, two] = [await withSms(), await withSms()];
    passQuietDay(world);
    const victim = await waitingForCode(one);
    const attacker = await waitingForCode(two);

    const answer = await giveCode(world, attacker.code === victim.code ? '000000' : attacker.code, {
      token: victim.token,
    });

    expect(answer).toMatchObject(INVALID);
    expect(await triesOf(world, victim.account_id)).toEqual({ sms: 1 });
    expect(await triesOf(world, attacker.account_id)).toEqual({});
    expect((await giveCode(world, victim.code, { token: victim.token })).status).toBe(200);
  });

  it('is refused for another sign-in of the same account, and counts', async () => {
    const { token, code, email, account_id: id } = await waitingForCode();

    const answer = await giveCode(world, code, { token: await challengeOf(world, email) });

    expect(answer).toMatchObject(INVALID);
    expect(await triesOf(world, id)).toEqual({ sms: 1 });
    expect((await giveCode(world, code, { token })).status).toBe(200);
  });

  it('is refused for a factor when it was sent for a sign-in or to prove a number, and counts', async () => {
    const other = await waitingForCode();
    const account = await newAccount();
    const phoneNumber = newNumber();
    await receiveCode(world, { token: account.access_token, phoneNumber });
    const { code: anonymous } = await receiveCode(world, { phoneNumber, changes: fromSource('198.51.100.8') });

    const answers = [
      await giveCode(world, anonymous, { token: account.access_token }),
      await giveCode(world, other.code, { token: account.access_token }),
    ];

    for (const answer of answers) expect(answer).toMatchObject(INVALID);
    expect(await triesOf(world, account.account_id)).toEqual({ sms: 2 });
  });

  it('is refused for a sign-in when it was sent anonymously to the very number of the account, and counts', async () => {
    const account = await waitingForCode();
    const { code } = await receiveCode(world, { phoneNumber: account.phoneNumber });

    const answer = await giveCode(world, code, { token: account.token });

    expect(answer).toMatchObject(INVALID);
    expect(await triesOf(world, account.account_id)).toEqual({ sms: 1 });
  });

  it('is refused as a proof of a number when it was sent for a sign-in, and the try counts', async () => {
    const { code, verificationId, token } = await waitingForCode();

    const answers: Answer[] = [];
    for (let tried = 0; tried < 5; tried += 1) answers.push(await giveCode(world, code, { verificationId }));

    for (const answer of answers) expect(answer).toMatchObject(INVALID);
    expect(await giveCode(world, code, { token })).toMatchObject(INVALID); // its five attempts are used up
  });

  it('is refused as a proof of a number when it was sent for a factor', async () => {
    const account = await newAccount();
    const { code, verificationId } = await receiveCode(world, {
      token: account.access_token,
      phoneNumber: newNumber(),
    });

    expect(await giveCode(world, code, { verificationId })).toMatchObject(INVALID);
    expect((await giveCode(world, code, { token: account.access_token })).status).toBe(200);
  });

  /** @asvs 6.6.1 */
  it('is refused for another number than it was sent to, and counts', async () => {
    const account = await newAccount();
    const mine = newNumber();
    const { code } = await receiveCode(world, { token: account.access_token, phoneNumber: mine });
    world.clock.advance(30);
    // The session now names the victim's number, but the known code belongs to the own one.
    const victims = await receiveCode(world, { token: account.access_token, phoneNumber: newNumber() });

    const answer = await giveCode(world, code, { token: account.access_token });

    expect(answer).toMatchObject(code === victims.code ? {} : INVALID);
    expect((await triesOf(world, account.account_id)).sms).toBe(1);
    expect(JSON.stringify(await world.rows('accounts'))).not.toContain(`PHONE#${mine}`);
  });

  it('is refused while the code to another number is on its way still', async () => {
    const account = await newAccount();
    const { code } = await receiveCode(world, { token: account.access_token, phoneNumber: newNumber() });
    world.clock.advance(30);
    await askForCode(world, { token: account.access_token, phoneNumber: newNumber() });

    const answer = await giveCode(world, code, { token: account.access_token });
    await world.deliver();

    expect(answer).toMatchObject(INVALID);
    expect((await triesOf(world, account.account_id)).sms).toBe(1);
  });

  it('is refused as the code of an app, and the code of an app as one by SMS', async () => {
    const account = await newAccount();
    const { secret } = await addAuthenticator(world, account);
    const bySms = await waitingForCode();
    const { code: anonymous } = await receiveCode(world, { phoneNumber: newNumber() });

    const asApp = await giveCode(world, anonymous, { token: await challengeOf(world, account.email) });
    const asSms = await giveCode(world, totpCode(world, secret), { token: bySms.token });

    expect([asApp.body.code, asSms.body.code]).toEqual(['invalid-code', 'invalid-code']);
    expect([await triesOf(world, account.account_id), await triesOf(world, bySms.account_id)]).toEqual([
      { totp: 1 },
      { sms: 1 },
    ]);
  });

  it('is refused once the number is not the second factor any more, though its time is not up', async () => {
    const account = await withSms();
    const session = await signInBySms(world, account.email, account.phoneNumber);
    world.clock.advance(60);
    const token = await challengeOf(world, account.email);
    const { code } = await receiveCode(world, { token, readAt: account.phoneNumber });
    const removed = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, {
      path: { factor: 'sms' },
    });

    expect(removed.status).toBe(200);
    expect(await giveCode(world, code, { token })).toMatchObject(INVALID);
  });

  it('gives no session and no factor to who has nothing but the code and the address it was asked from', async () => {
    const source = fromSource('198.51.100.21');
    const account = await withSms();
    const token = await challengeOf(world, account.email);
    await askForCode(world, { token, changes: source });
    await world.deliver();

    const answer = await giveCode(world, await newestCode(world, account.phoneNumber), { changes: source });

    expect(answer).toMatchObject(INVALID);
  });
});

describe('a stolen session', () => {
  it('lets codes go to no number of the thief once it is older than five minutes', async () => {
    const { access_token: token, refresh_token } = await newAccount();
    const thief = newNumber();
    const { code } = await receiveCode(world, { token, phoneNumber: thief });
    world.clock.advance(301);
    const { body: refreshed } = await callAs(world, 'refresh-session', 'refresh-session/json', token, {
      body: { refresh_token },
    });

    const ask = await askForCode(world, { token: refreshed.access_token, phoneNumber: thief });
    const give = await giveCode(world, code, { token: refreshed.access_token });

    expect([ask.body.code, give.body.code]).toEqual(['fresh-session-required', 'fresh-session-required']);
  });

  it('sends codes for the owner to the owner alone', async () => {
    const { email, phoneNumber } = await withSms();
    const { access_token: token } = await signInBySms(world, email, phoneNumber);
    world.clock.advance(120);

    await receiveCode(world, { token, readAt: phoneNumber });

    expect(await world.mailsTo(phoneNumber)).toHaveLength(3);
  });
});

describe('pumping', () => {
  it('is not let past the waits by spelling a number differently, naming other headers or coming from elsewhere', async () => {
    const phoneNumber = newNumber();
    await askForCode(world, { phoneNumber });
    const spellings = [
      phoneNumber,
      `00${phoneNumber.slice(1)}`,
      `${phoneNumber.slice(0, 3)} ${phoneNumber.slice(3)}`,
      `${phoneNumber.slice(0, 3)}(0)${phoneNumber.slice(3)}`,
      `${phoneNumber.slice(0, 3)}-${phoneNumber.slice(3, 6)}.${phoneNumber.slice(6)}`,
      `\u202a${phoneNumber}\u202c`,
    ];

    const statuses: number[] = [];
    for (const [index, spelling] of spellings.entries()) {
      const changes = { ...fromSource(`192.0.2.${index}`), 'headers.x-forwarded-for': `192.0.2.${100 + index}` };
      statuses.push((await askForCode(world, { phoneNumber: spelling, changes })).status);
    }
    await world.deliver();

    expect(statuses.filter((status) => status === 200)).toEqual([]);
    expect(await world.mailsTo(phoneNumber)).toHaveLength(1);
  });

  it('is not let past them by a challenge or a session of the same account', async () => {
    const { email, phoneNumber } = await withSms();
    const session = await signInBySms(world, email, phoneNumber);
    const challenge = await challengeOf(world, email);

    const answers = [
      await askForCode(world, { token: challenge }),
      await askForCode(world, { token: session.access_token }),
      await askForCode(world, { token: session.access_token, phoneNumber: newNumber() }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([429, 429, 429]);
  });
});

describe('whoever reads the tables', () => {
  const ENCODINGS = ['hex', 'base64url', 'base64'] as const;
  const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

  /** Plain hashes of a secret that a careless service might store, alone and with possible bindings. */
  const hashesOf = (secret: string, bindings: readonly string[]): string[] =>
    [
      secret,
      ...bindings.flatMap((bound) =>
        ['/', ':', '|', '', '.', '-', ' '].flatMap((by) => [`${bound}${by}${secret}`, `${secret}${by}${bound}`]),
      ),
    ]
      .map(sha256)
      .flatMap((digest) => ENCODINGS.map((encoding) => digest.toString(encoding)));

  /** @asvs 14.2.4 */
  it('finds no code by SMS, neither plain nor under a hash that they could try out', async () => {
    const account = await waitingForCode();
    const anonymous = { phoneNumber: newNumber() };
    const pending = await receiveCode(world, anonymous);
    const rows = (await Promise.all((['accounts', 'credentials', 'tokens', 'outbox'] as const).map(world.rows))).flat();
    const stored = JSON.stringify(rows);

    const values = new Set<string>();
    JSON.stringify(rows, (_, value) => {
      if (typeof value === 'string' || typeof value === 'number') values.add(String(value));
      return value;
    });
    for (const { code, phoneNumber, id } of [
      { code: account.code, phoneNumber: account.phoneNumber, id: account.verificationId },
      { code: pending.code, phoneNumber: anonymous.phoneNumber, id: pending.verificationId },
    ]) {
      const ids = rows.map(({ verificationId }) => verificationId).filter((one) => typeof one === 'string');
      const simple = [phoneNumber, phoneNumber.slice(1), id, account.account_id, account.email, ...ids];
      const bindings = [...simple, ...ids.flatMap((one) => [`${one}/${phoneNumber}`, `${one}:${phoneNumber}`])];
      const found = hashesOf(code, bindings).filter((hash) => stored.includes(hash));
      expect(found).toEqual([]);
      expect(values.has(code)).toBe(false);
      expect(values.has(String(Number(code)))).toBe(false);
    }
  });

  it('finds no secret of an app, in whatever encoding, nor in two accounts the same text for it', async () => {
    const account = await newAccount();
    const { secret } = await addAuthenticator(world, account);
    const bytes = Buffer.from(new ScureBase32Plugin().decode(secret));

    const stored = await everythingStored(world);

    expect(bytes).toHaveLength(20);
    const spellings = {
      base32: secret,
      padded: secret.padEnd(Math.ceil(secret.length / 8) * 8, '='),
      hex: bytes.toString('hex'),
      base64: bytes.toString('base64'),
      base64url: bytes.toString('base64url'),
      latin1: bytes.toString('latin1'),
      list: JSON.stringify([...bytes]),
      hash: sha256(secret).toString('hex'),
      hashOfBytes: createHash('sha256').update(bytes).digest('hex'),
    };
    expect(leaksIn(stored, spellings)).toEqual([]);
  });

  it('finds no secret of an app that is not confirmed yet', async () => {
    const account = await newAccount();
    const { body } = await callAs(world, 'enroll-totp', 'enroll-totp/no-body', account.access_token);
    const bytes = Buffer.from(new ScureBase32Plugin().decode(body.secret));

    expect(
      leaksIn(await everythingStored(world), {
        base32: body.secret,
        hex: bytes.toString('hex'),
        base64url: bytes.toString('base64url'),
      }),
    ).toEqual([]);
  });

  it('finds no recovery code, plain or under a plain hash', async () => {
    const account = await newAccount();
    const { recoveryCodes } = await addSms(world, account);

    const stored = await everythingStored(world);

    expect(recoveryCodes).toHaveLength(10);
    for (const code of recoveryCodes) {
      const bare = code.replaceAll('-', '');
      const forms = [code, bare, code.toLowerCase(), bare.toLowerCase()];
      expect(leaksIn(stored, { code, bare })).toEqual([]);
      const hashes = forms.flatMap((form) => hashesOf(form, [account.account_id, account.email]));
      expect(hashes.filter((hash) => stored.includes(hash))).toEqual([]);
    }
  });

  it("finds no challenge token and no verification's id as clients keep them", async () => {
    const { token, verificationId } = await waitingForCode();

    expect(leaksIn(await everythingStored(world), { token, verificationId })).toEqual([]);
  });
});

describe('the log', () => {
  it('has no code, number, secret or token of a whole life of second factors', async () => {
    const from = world.logs.length;
    const account = await withSms();
    const token = await challengeOf(world, account.email);
    const { code, verificationId } = await receiveCode(world, { token, readAt: account.phoneNumber });
    const { body: session } = await giveCode(world, code, { token });
    const { secret, recoveryCodes } = await addAuthenticator(world, session);
    await callAs(world, 'reauthenticate', 'reauthenticate/json', session.access_token, {
      body: { password: GOOD_PASSWORD, code: totpCode(world, secret) },
    });
    const stranger = newNumber();
    const anonymous = await receiveCode(world, { phoneNumber: stranger, changes: fromSource('198.51.100.99') });
    const { body: proven } = await giveCode(world, anonymous.code, { verificationId: anonymous.verificationId });
    await giveCode(world, account.recoveryCodes[0] ?? '', { token: await challengeOf(world, account.email) });
    await giveCode(world, 'not a code at all', { token: 'nor.a.token' });
    await world.deliver();

    expect(recoveryCodes).toEqual([]); // those made with the number are kept
    expect(
      leaksIn(world.logs.slice(from), {
        code,
        anonymousCode: anonymous.code,
        appCode: totpCode(world, secret),
        secret,
        token,
        verificationId,
        anonymousId: anonymous.verificationId,
        phoneNumber: account.phoneNumber,
        national: account.phoneNumber.slice(3),
        stranger,
        source: '198.51.100.99',
        proof: proven.phone_proof,
        access: session.access_token,
        refresh: session.refresh_token,
        email: account.email,
        password: GOOD_PASSWORD,
        ...Object.fromEntries(account.recoveryCodes.map((one, index) => [`recovery code ${index}`, one])),
      }),
    ).toEqual([]);
  });
});
