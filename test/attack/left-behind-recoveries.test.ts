import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../shared/primitives/digest.ts';
import { oneTimeTokenOf } from '../../shared/primitives/one-time-token.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import {
  checkResetToken,
  GOOD_PASSWORD,
  recoveryToken,
  resetPassword,
  signIn,
  signUpSomebody,
} from '../support/journeys.ts';
import { accountWithLeftNumber } from '../support/left-number.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { waitingIntents } from '../support/outbox-stream.ts';
import { storedRows } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { proveAgain } from '../support/two-factor-journeys.ts';
import { UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';
const INVALID = { status: 400, body: { code: 'invalid-token' } };
const RECOVERY_SECONDS = 1800;

/** The traces that a password and its recovery must not leave: docs/adr/0019. */
describe('a recovery', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS, sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const check = (token: string): Promise<Answer> => checkResetToken(world, token);

  /** An account with a number that is no factor, as release 0.1.0 may have left it. */
  const withLeftNumber = () => accountWithLeftNumber(world);

  /** A token sent by release 0.1.0, with the rows that it wrote. */
  const sentBefore = async ({ account_id: accountId }: { account_id: string }, by: 'sms' | 'mail'): Promise<string> => {
    const token = oneTimeTokenOf(csprng.bytes(26));
    const intentId = randomUUID();
    const expiresAtEpochSeconds = world.clock.nowSeconds() + RECOVERY_SECONDS;
    const [stamp, tokenHash] = [{ schemaVersion: 2, expiresAtEpochSeconds }, sha256(token)];
    await putRows(world, 'tokens', [
      { pk: `RECOVERY#${tokenHash}`, sk: 'TOKEN', ...stamp, accountId, epoch: 1 },
      { pk: `ACCOUNT#${accountId}`, sk: 'RECOVERY', ...stamp, tokenHash, intentId, requestedAtMs: world.clock.nowMs() },
      ...(by === 'sms' ? [{ pk: `SMS_SPENT#${intentId}`, sk: 'SMS_SPENT', ...stamp }] : []),
    ]);
    return token;
  };

  describe('that release 0.1.0 sent by SMS', () => {
    it('is over with the deployment: its token is answered as a wrong one is, and sets no password', async () => {
      const owner = await withLeftNumber();
      const token = await sentBefore(owner, 'sms');
      const before = await storedRows(world);

      const answers = [await check(token), await resetPassword(world, token, NEW_PASSWORD)];
      const wrong = await resetPassword(world, oneTimeTokenOf(csprng.bytes(26)), NEW_PASSWORD);

      expect(answers).toMatchObject([INVALID, INVALID]);
      expect(answers[1]).toEqual(wrong);
      expect(await storedRows(world)).toEqual(before);
      expect((await signIn(world, owner.email, GOOD_PASSWORD)).status).toBe(200);
    });

    it('is over as well where the row that named its intent is gone', async () => {
      const owner = await withLeftNumber();
      const token = oneTimeTokenOf(csprng.bytes(26));
      const expiresAtEpochSeconds = world.clock.nowSeconds() + RECOVERY_SECONDS;
      const row = { accountId: owner.account_id, epoch: 1, schemaVersion: 2, expiresAtEpochSeconds };
      await putRows(world, 'tokens', [{ pk: `RECOVERY#${sha256(token)}`, sk: 'TOKEN', ...row }]);

      expect(await resetPassword(world, token, NEW_PASSWORD)).toMatchObject(INVALID);
    });

    it('sends nothing any more where it was asked for and not yet sent', async () => {
      const { phoneNumber } = await withLeftNumber();
      const body = formBody({ phone_number: phoneNumber });
      await world.call('request-recovery', loadEvent('request-recovery/phone-form', body));
      await world.setFault({ service: 'sns', next: 1, error: 'Throttling' });

      const failed = await world.deliver();
      await world.setFault({ service: 'sns', next: 0, error: 'Throttling' });

      expect([failed, await waitingIntents(world), await world.mailsTo(phoneNumber)]).toEqual([0, [], []]);
    });
  });

  it('that release 0.1.0 sent by mail goes on, for an account with a number as for one without', async () => {
    for (const owner of [await withLeftNumber(), await signUpSomebody(world)]) {
      const token = await sentBefore(owner, 'mail');

      const answers = [await check(token), await resetPassword(world, token, NEW_PASSWORD)];

      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    }
  });

  it('of a later release, in a way that this one does not know, sets no password', async () => {
    const owner = await signUpSomebody(world);
    const token = await recoveryToken(world, owner.email);
    const row = (await world.rows('tokens')).find(({ pk }) => pk === `RECOVERY#${sha256(token)}`);
    await putRows(world, 'tokens', [{ ...row, channel: 'pigeon' }]);

    expect(await resetPassword(world, token, NEW_PASSWORD)).toMatchObject(INVALID);
  });

  it('that waits while the password is reset brings its token to the mailbox of the account and to nobody else', async () => {
    const owner = await signUpSomebody(world);
    const token = await recoveryToken(world, owner.email);
    world.clock.advance(1);
    await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email: owner.email })));
    await resetPassword(world, token, NEW_PASSWORD);

    await world.deliver();

    const mails = await world.mailsTo(owner.email);
    expect(mails.filter(({ text }) => text.includes('/ui/reset'))).toHaveLength(2);
    expect(new Set(mails.map(({ to }) => to))).toEqual(new Set([owner.email]));
  });

  it('ends the lock that guesses at the old password began: the owner proves the new one at once', async () => {
    const owner = await signUpSomebody(world);
    for (let tries = 0; tries < 20; tries += 1) await proveAgain(world, owner, { password: 'a guess of the thief' });
    const locked = await proveAgain(world, owner);

    await resetPassword(world, await recoveryToken(world, owner.email), NEW_PASSWORD);
    const { body: session } = await signIn(world, owner.email, NEW_PASSWORD);
    const proven = await proveAgain(world, session, { password: NEW_PASSWORD });

    expect(locked).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
    expect(proven.status).toBe(200);
  });
});
