import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/crypto/session-tokens.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { shapesDuring } from '../support/dynamo-shape.ts';
import { recoveryToken, resetPassword, signIn, signUpSomebody, tokenIn } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { eventsOf, everythingStored, storedRows } from '../support/stored.ts';
import { addSms, giveCode, newNumber, signInBySms, UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';

describe('request-recovery by phone', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const newAccount = () => signUpSomebody(world);

  const removeSms = async (session: Pick<SessionTokensAnswer, 'access_token'>): Promise<SessionTokensAnswer> => {
    const answer = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, {
      path: { factor: 'sms' },
    });
    if (answer.status !== 200) throw new Error(`the number was not removed: ${answer.text}`);
    return answer.body.session;
  };

  /** An account whose number was proven and is not its second factor. */
  const withPhone = async () => {
    const account = await newAccount();
    const { phoneNumber } = await addSms(world, account);
    world.clock.advance(60);
    const session = await removeSms(await signInBySms(world, account.email, phoneNumber));
    await world.deliver();
    world.clock.advance(3600);
    return { ...account, phoneNumber, session };
  };

  const ask = (phoneNumber: string): Promise<Answer> =>
    world.call('request-recovery', loadEvent('request-recovery/phone-form', formBody({ phone_number: phoneNumber })));

  const smsTo = async (phoneNumber: string): Promise<string[]> =>
    (await world.mailsTo(phoneNumber)).map(({ text }) => text);

  const askAndRead = async (phoneNumber: string): Promise<string> => {
    await ask(phoneNumber);
    await world.deliver();
    return tokenIn((await smsTo(phoneNumber))[0] ?? '');
  };

  it('sends the token by SMS, as a link and to be typed, and resets the password', async () => {
    const { phoneNumber, email, account_id: id } = await withPhone();

    const answer = await ask(phoneNumber);
    await world.deliver();

    const [text = ''] = await smsTo(phoneNumber);
    expect([answer.status, answer.text]).toEqual([200, '{"status":"accepted"}']);
    expect(text).toMatch(/https:\/\/auth\.bookshelf\.example\/ui\/reset\?lang=en#token=[0-9A-Z]{26}\n/);
    expect(text).toMatch(/^(?:[0-9A-Z]{4}-){6}[0-9A-Z]{2}$/m);
    expect((await resetPassword(world, tokenIn(text), NEW_PASSWORD)).status).toBe(200);
    expect((await signIn(world, email, NEW_PASSWORD)).status).toBe(200);
    expect((await eventsOf(world, id)).map(({ type }) => type)).toContain('recovery-sms-issued');
  });

  it('takes the number however it is written, in JSON as in a form', async () => {
    const { phoneNumber } = await withPhone();

    const answer = await world.call(
      'request-recovery',
      loadEvent(
        'request-recovery/json',
        jsonBody({ phone_number: `00${phoneNumber.slice(1, 3)} ${phoneNumber.slice(3)}` }),
      ),
    );
    await world.deliver();

    expect(answer.text).toBe('{"status":"accepted"}');
    expect((await smsTo(phoneNumber))[0]).toContain('#token=');
  });

  it('keeps of the token no more than its hash', async () => {
    const { phoneNumber } = await withPhone();

    const token = await askAndRead(phoneNumber);

    expect(leaksIn(await everythingStored(world), { token })).toEqual([]);
    expect(await world.rows('outbox')).toEqual([]);
  });

  it('sends nothing to the number that is the second factor: two factors would be one', async () => {
    const account = await newAccount();
    const { phoneNumber } = await addSms(world, account);
    const before = await smsTo(phoneNumber);

    const answer = await ask(phoneNumber);
    await world.deliver();

    expect(answer.text).toBe('{"status":"accepted"}');
    expect(await smsTo(phoneNumber)).toEqual(before);
  });

  it('leaves 2FA on: the app is asked for after a reset by phone, and the number is out once it is a factor too', async () => {
    const { email, phoneNumber } = await withPhone();
    const session = (await signIn(world, email)).body;
    const { secret } = await addAuthenticator(world, session);
    world.clock.advance(30);

    const token = await askAndRead(phoneNumber);
    const reset = await resetPassword(world, token, NEW_PASSWORD);
    const { body } = await signIn(world, email, NEW_PASSWORD);

    expect(reset.status).toBe(200);
    expect(body).toMatchObject({ second_factor_required: true, factors: ['totp', 'recovery_code'] });
    const answer = await giveCode(world, totpCode(world, secret), { token: body.challenge_token });
    expect(answer.status).toBe(200);
    await addSms(world, answer.body, phoneNumber);
    world.clock.advance(60);
    const before = await smsTo(phoneNumber);
    await ask(phoneNumber);
    await world.deliver();
    expect(await smsTo(phoneNumber)).toEqual(before);
  });

  it('sends nothing to a number that was typed and never proven, here or for an anonymous proof', async () => {
    const account = await newAccount();
    const phoneNumber = newNumber();
    await callAs(world, 'request-verification', 'request-verification/with-bearer', account.access_token, {
      body: { phone_number: phoneNumber },
    });
    await world.deliver();
    const stranger = newNumber();
    const { body } = await world.call(
      'request-verification',
      loadEvent('request-verification/json', jsonBody({ phone_number: stranger })),
    );
    await world.deliver();
    const code = /\d{6}/.exec((await smsTo(stranger))[0] ?? '')?.[0] ?? '';
    await giveCode(world, code, { verificationId: body.verification_id });
    const before = [await smsTo(phoneNumber), await smsTo(stranger)];

    await ask(phoneNumber);
    await ask(stranger);
    await world.deliver();

    expect([await smsTo(phoneNumber), await smsTo(stranger)]).toEqual(before);
  });

  it('goes to whoever proved the number last: numbers are handed on', async () => {
    const former = await withPhone();
    const account = await newAccount();
    await addSms(world, account, former.phoneNumber);
    world.clock.advance(60);
    await removeSms(await signInBySms(world, account.email, former.phoneNumber));
    world.clock.advance(3600);

    const token = await askAndRead(former.phoneNumber);
    await resetPassword(world, token, NEW_PASSWORD);

    expect((await signIn(world, account.email, NEW_PASSWORD)).status).toBe(200);
    expect((await signIn(world, former.email, NEW_PASSWORD)).status).toBe(401);
  });

  it('does and answers the same for a number that is known and one that is not', async () => {
    const { phoneNumber: known } = await withPhone();
    const { phoneNumber: factor } = await addSms(world, await newAccount());
    const answers: Answer[] = [];
    const request = async (phoneNumber: string) => void answers.push(await ask(phoneNumber));

    const shapes = [
      await shapesDuring(world.proxy, () => request(known)),
      await shapesDuring(world.proxy, () => request(factor)),
      await shapesDuring(world.proxy, () => request(newNumber())),
    ];
    await world.deliver();

    expect(shapes[0]).toHaveLength(1);
    expect(shapes[1]).toEqual(shapes[0]);
    expect(shapes[2]).toEqual(shapes[0]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('makes the token of an older mail worthless, and a newer mail makes its own so', async () => {
    const { phoneNumber, email } = await withPhone();
    const byMail = await recoveryToken(world, email);
    world.clock.advance(1);
    const bySms = await askAndRead(phoneNumber);
    const old = await resetPassword(world, byMail, NEW_PASSWORD);
    world.clock.advance(1);
    const newer = await recoveryToken(world, email);

    const superseded = await resetPassword(world, bySms, NEW_PASSWORD);

    expect([old.body.code, superseded.body.code]).toEqual(['invalid-token', 'invalid-token']);
    expect((await resetPassword(world, newer, NEW_PASSWORD)).status).toBe(200);
  });

  it.each<[string, Record<string, string>, { field: string; code: string }]>([
    ['neither address nor number', {}, { field: 'email', code: 'required' }],
    [
      'both',
      { email: 'owner-1@example.com', phone_number: '+436641234567' },
      { field: 'phone_number', code: 'ambiguous' },
    ],
    ['a number that takes no SMS', { phone_number: '+4315330000' }, { field: 'phone_number', code: 'invalid' }],
    ['a number without a country', { phone_number: '06641234567' }, { field: 'phone_number', code: 'invalid' }],
    ['a blank number', { phone_number: '' }, { field: 'phone_number', code: 'invalid' }],
  ])('refuses %s, and stores nothing', async (_, fields, error) => {
    const before = await storedRows(world);

    const answer = await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody(fields)));

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [error] } });
    expect(await storedRows(world)).toEqual(before);
  });

  it('is sent at the latest ten minutes after it was asked for', async () => {
    const { phoneNumber } = await withPhone();
    const before = await smsTo(phoneNumber);
    await ask(phoneNumber);
    await world.setFault({ service: 'sns', next: 1, error: 'Throttling' });
    await world.deliver();
    world.clock.advance(600);

    await world.deliver();

    expect(await smsTo(phoneNumber)).toEqual(before);
    expect(await world.rows('outbox')).toEqual([]);
  });

  it('leaves no number and no token in the log', async () => {
    const { phoneNumber } = await withPhone();
    const from = world.logs.length;

    const token = await askAndRead(phoneNumber);
    await ask(newNumber());
    await world.deliver();

    expect(leaksIn(world.logs.slice(from), { phoneNumber, national: phoneNumber.slice(3), token })).toEqual([]);
  });
});

describe('request-recovery by phone, under the usual limits', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: {} } });
  });
  afterAll(() => world.close());

  it('lets one number be asked for five times an hour, however it is written', async () => {
    const statuses: number[] = [];
    for (let index = 0; index <= DEFAULTS.limits.requestRecovery.perIdentifier.max; index += 1) {
      const spelling = index % 2 === 0 ? '+436641234567' : '0043 664 1234567';
      const event = loadEvent('request-recovery/phone-form', formBody({ phone_number: spelling }));
      statuses.push((await world.call('request-recovery', event)).status);
    }

    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});
