import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signIn } from '../support/journeys.ts';
import { addAuthenticator, beginAuthenticator, callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import { everythingStored } from '../support/stored.ts';
import {
  factorsRowOf,
  openTwoFactorOwner,
  STEP_SECONDS,
  signInWithApp,
  signInWithCode,
  twoFactorOf,
} from '../support/two-factor-journeys.ts';
import { addSms, giveCode, receiveCode, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

/** Longer than the wait between the first two SMS to a number. */
const SMS_WAIT_SECONDS = 120;

/** CVE-2026-9047 (Devolutions Server, DEVO-2026-0013): the state of a factor was left behind when it was set up anew. */
describe('a factor that is set up anew', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const remove = async (token: string, factor: string): Promise<string> => {
    const { body } = await callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor } });
    return body.session.access_token;
  };

  /** An owner whose app and number were removed and set up again, with what the old ones left in other hands. */
  const setUpAnew = async () => {
    const owner = await openTwoFactorOwner(world);
    const { phoneNumber } = await addSms(world, owner.session);
    const challenge = await challengeOf(world, owner.email);
    const begun = await beginAuthenticator(world, owner.session);
    const before = (await factorsRowOf(world, owner.accountId)) ?? {};

    const access_token = await remove(await remove(owner.session.access_token, 'totp'), 'sms');
    world.clock.advance(2 * STEP_SECONDS);
    const app = await addAuthenticator(world, { access_token });
    world.clock.advance(STEP_SECONDS);
    const { body: offered } = await signIn(world, owner.email);
    const session = await signInWithApp(world, owner.email, app.secret);
    const next = await addSms(world, session);
    return { owner, phoneNumber, challenge, begun: begun.body.secret as string, before, app, offered, session, next };
  };

  it('takes no code of the app, the codes, the challenge or the enrolment of before', async () => {
    const { owner, challenge, begun, session } = await setUpAnew();
    const { email, secret, recoveryCodes } = owner;
    world.clock.advance(STEP_SECONDS);

    const signIns = [
      await signInWithCode(world, email, totpCode(world, secret)),
      await signInWithCode(world, email, totpCode(world, begun)),
      ...(await Promise.all(recoveryCodes.slice(0, 3).map((code) => signInWithCode(world, email, code)))),
      await giveCode(world, totpCode(world, secret), { token: challenge }),
    ];
    const confirmed = await callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, {
      body: { code: totpCode(world, begun) },
    });

    expect(new Set(signIns.map(({ body }) => body.code))).toEqual(new Set(['invalid-code']));
    expect(confirmed).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
  });

  it('sends no code to the number of before, and takes none that was sent there', async () => {
    const { owner, phoneNumber, offered, next } = await setUpAnew();
    world.clock.advance(SMS_WAIT_SECONDS);
    const token = await challengeOf(world, owner.email);
    const sentBefore = (await world.mailsTo(phoneNumber)).length;
    world.clock.advance(STEP_SECONDS);

    const asked = await receiveCode(world, { token, readAt: next.phoneNumber });

    expect(offered.factors).toEqual(['totp', 'recovery_code']); // before the new number was added
    expect(await world.mailsTo(phoneNumber)).toHaveLength(sentBefore);
    expect((await giveCode(world, asked.code, { token })).status).toBe(200);
  });

  it('leaves no secret, hash or counter of before in any row', async () => {
    const { before, owner, app, session, phoneNumber } = await setUpAnew();

    const stored = await everythingStored(world);
    const row = (await factorsRowOf(world, owner.accountId)) ?? {};

    const old = [owner.appId, phoneNumber, ...Object.keys(before.recoveryCodes as object)];
    expect(old.length).toBe(12);
    expect(old.filter((text) => JSON.stringify(row).includes(text))).toEqual([]);
    expect(old.slice(2).filter((text) => stored.includes(text))).toEqual([]);
    expect(Object.keys(row.apps as object)).toEqual([app.id]);
    expect(await twoFactorOf(world, session)).toMatchObject({ recovery_codes_left: 10 });
  });
});
