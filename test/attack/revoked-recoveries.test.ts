import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../shared/primitives/digest.ts';
import { oneTimeTokenOf } from '../../shared/primitives/one-time-token.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring, writesTo } from '../support/dynamo-shape.ts';
import {
  checkResetToken,
  GOOD_PASSWORD,
  recoveryToken,
  refresh,
  resetPassword,
  revokeRecovery,
  signIn,
  signUpSomebody,
  tokenIn,
} from '../support/journeys.ts';
import { accountWithLeftNumber } from '../support/left-number.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { eventsOf, storedRows } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';
const INVALID = { status: 400, body: { code: 'invalid-token' } };
const LIFE_SECONDS = DEFAULTS.tokens.recoverySeconds;

/** "This wasn't me" against requests that come at the same moment, and rows of before: docs/adr/0030. */
describe('recoveries that their owner revokes', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const ask = (email: string) =>
    world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));

  const isGood = async (token: string): Promise<boolean> => (await checkResetToken(world, token)).status === 200;

  /** An account with both recovery tokens that can live at once. */
  const withTwo = async () => {
    const owner = await signUpSomebody(world);
    const older = await recoveryToken(world, owner.email);
    world.clock.advance(LIFE_SECONDS / 2);
    return { owner, older, newest: await recoveryToken(world, owner.email) };
  };

  /** What of a recovery is stored for an account: its tokens, and the row that names them. */
  const recoveryRows = async (accountId: string) =>
    (await world.rows('tokens')).filter(
      ({ pk, sk, accountId: of }) =>
        (String(pk).startsWith('RECOVERY#') && of === accountId) ||
        (pk === `ACCOUNT#${accountId}` && sk === 'RECOVERY'),
    );

  const endingsOf = async (accountId: string) =>
    (await eventsOf(world, accountId))
      .map(({ type }) => type)
      .filter((type) => type === 'password-reset' || type === 'recovery-revoked');

  const EITHER = ['older', 'newest'] as const;
  const PAIRS = EITHER.flatMap((resets) => EITHER.map((revokes) => ({ resets, revokes })));

  /** @asvs 2.3.4 */
  it.each(PAIRS)(
    'at the moment of a reset: the $resets token resets or the $revokes one revokes, never half',
    async (one) => {
      for (let round = 0; round < 4; round += 1) {
        const { owner, ...tokens } = await withTwo();

        const [reset, revoked] = await Promise.all([
          resetPassword(world, tokens[one.resets], NEW_PASSWORD),
          revokeRecovery(world, tokens[one.revokes]),
        ]);

        const isReset = reset.status === 200;
        expect([reset.status, revoked.status]).toEqual(isReset ? [200, 400] : [400, 200]);
        expect((isReset ? revoked : reset).body.code).toBe('invalid-token');
        expect([await isGood(tokens.older), await isGood(tokens.newest)]).toEqual([false, false]);
        expect(await endingsOf(owner.account_id)).toEqual([isReset ? 'password-reset' : 'recovery-revoked']);
        expect((await signIn(world, owner.email, NEW_PASSWORD)).status).toBe(isReset ? 200 : 401);
        expect((await refresh(world, owner.refresh_token)).status).toBe(isReset ? 400 : 200);
      }
      await world.deliver();
    },
  );

  it.each(PAIRS)('after its reads, when the $resets token has reset: the $revokes one changes nothing', async (one) => {
    const { owner, ...tokens } = await withTwo();
    const observed = { rows: [] as string[] };
    world.proxy.interrupt({
      fits: writesTo('RECOVERY#'),
      meanwhile: async () => {
        expect((await resetPassword(world, tokens[one.resets], NEW_PASSWORD)).status).toBe(200);
        observed.rows = await storedRows(world);
      },
    });

    expect(await revokeRecovery(world, tokens[one.revokes])).toMatchObject(INVALID);

    expect(await storedRows(world)).toEqual(observed.rows);
    expect((await signIn(world, owner.email, NEW_PASSWORD)).status).toBe(200);
    await world.deliver();
  });

  it.each(PAIRS)('while a reset hashes: the $resets token is void once the $revokes one has revoked', async (one) => {
    const { owner, ...tokens } = await withTwo();
    const observed = { rows: [] as string[] };
    world.proxy.interrupt({
      fits: writesTo('RECOVERY#'),
      meanwhile: async () => {
        expect((await revokeRecovery(world, tokens[one.revokes])).status).toBe(200);
        observed.rows = await storedRows(world);
      },
    });

    expect(await resetPassword(world, tokens[one.resets], 'the password of a thief')).toMatchObject(INVALID);

    expect(await storedRows(world)).toEqual(observed.rows);
    expect((await signIn(world, owner.email, GOOD_PASSWORD)).status).toBe(200);
  });

  /** @asvs 2.3.4 */
  it('are revoked once, by one of 20 requests with either token', async () => {
    const { owner, older, newest } = await withTwo();

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => revokeRecovery(world, index % 2 === 0 ? older : newest)),
    );

    const losers = answers.filter(({ status }) => status !== 200);
    expect(losers).toHaveLength(19);
    const stranger = await revokeRecovery(world, '0'.repeat(26));
    for (const loser of losers) expect(loser).toEqual(stranger);
    expect(await endingsOf(owner.account_id)).toEqual(['recovery-revoked']);
    expect(await recoveryRows(owner.account_id)).toEqual([]);
  });

  it('go with the token that begins between the read and the write', async () => {
    const owner = await signUpSomebody(world);
    const older = await recoveryToken(world, owner.email);
    world.clock.advance(LIFE_SECONDS / 2);
    const begun = { token: '' };
    world.proxy.interrupt({
      fits: writesTo('RECOVERY#'),
      meanwhile: async () => {
        begun.token = await recoveryToken(world, owner.email);
        expect(await isGood(begun.token)).toBe(true);
      },
    });

    const answer = await revokeRecovery(world, older);

    expect(begun.token).not.toBe(older);
    expect(answer.status).toBe(200);
    expect([await isGood(older), await isGood(begun.token)]).toEqual([false, false]);
    expect(await recoveryRows(owner.account_id)).toEqual([]);
    expect(await endingsOf(owner.account_id)).toEqual(['recovery-revoked']);
  });

  it('stay revoked where a mail of theirs is being handed to SES, and the next request is mailed', async () => {
    const owner = await signUpSomebody(world);
    const token = await recoveryToken(world, owner.email);
    world.clock.advance(60);
    await ask(owner.email);
    world.proxy.interrupt({
      fits: ({ operation, body }) =>
        operation === 'UpdateItem' && JSON.stringify(body).includes('handedAtEpochSeconds'),
      meanwhile: async () => {
        expect((await revokeRecovery(world, token)).status).toBe(200);
      },
    });
    await world.deliver();

    const left = await recoveryRows(owner.account_id);
    const next = await recoveryToken(world, owner.email);

    expect(left).toEqual([]); // the end of the delivery's turn begins no row again
    expect(next).not.toBe(token);
    expect([await isGood(token), await isGood(next)]).toEqual([false, true]);
  });

  it('bring one more mail to the account where a request was waiting, with a token of its own', async () => {
    const owner = await signUpSomebody(world);
    const token = await recoveryToken(world, owner.email);
    await ask(owner.email);
    await revokeRecovery(world, token);
    const mails = (await world.mailsTo(owner.email)).length;

    await world.deliver();

    const [mail, ...others] = await world.mailsTo(owner.email);
    const next = tokenIn(mail?.text ?? '');
    expect([others.length, mail?.to]).toEqual([mails, owner.email]);
    expect(next).not.toBe(token);
    expect([await isGood(token), await isGood(next)]).toEqual([false, true]);
  });

  it('stay in the hand of who holds a token: requests of strangers neither revoke them nor keep the owner from it', async () => {
    const { owner, older, newest } = await withTwo();

    for (let request = 0; request < 20; request += 1) {
      await ask(owner.email);
      await world.deliver();
    }

    expect([await isGood(older), await isGood(newest)]).toEqual([true, true]);
    expect((await revokeRecovery(world, older)).status).toBe(200);
    expect(await isGood(newest)).toBe(false);
  });

  /** @asvs 3.5.3 */
  it('stay good however often a link scanner opens the page of their mail, which asks the database nothing', async () => {
    const { owner } = await withTwo();
    const [mail] = await world.mailsTo(owner.email);
    const link = new URL(/https:\S+\/ui\/not-me\S+/.exec(mail?.text ?? '')?.[0] ?? '');
    const token = link.hash.replace('#token=', '');
    const scan = () =>
      world.call(
        'serve-pages',
        loadEvent('serve-pages/reset', {
          rawPath: link.pathname,
          'requestContext.http.path': link.pathname,
          'pathParameters.page': 'not-me',
          rawQueryString: `lang=en&token=${token}`,
          queryStringParameters: { lang: 'en', token },
        }),
      );

    const answers: Awaited<ReturnType<typeof scan>>[] = [];
    const operations = await operationsDuring(world.proxy, async () => {
      answers.push(...(await Promise.all([scan(), scan(), scan()])));
    });

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(operations).toEqual([]);
    expect(await isGood(token)).toBe(true);
    expect((await revokeRecovery(world, token)).status).toBe(200);
  });

  describe('of release 0.1.0', () => {
    const stamp = () => ({ schemaVersion: 2, expiresAtEpochSeconds: world.clock.nowSeconds() + LIFE_SECONDS });

    /** A token as release 0.1.0 stored it: no row has its salt. */
    const drawnToken = async (accountId: string): Promise<string> => {
      const token = oneTimeTokenOf(csprng.bytes(26));
      await putRows(world, 'tokens', [
        { pk: `RECOVERY#${sha256(token)}`, sk: 'TOKEN', ...stamp(), accountId, epoch: 1 },
      ]);
      return token;
    };

    const nameNewest = (accountId: string, token: string, intentId: string) =>
      putRows(world, 'tokens', [
        {
          pk: `ACCOUNT#${accountId}`,
          sk: 'RECOVERY',
          ...stamp(),
          tokenHash: sha256(token),
          intentId,
          requestedAtMs: world.clock.nowMs(),
        },
      ]);

    it('are voided where the row of the newest names no sibling', async () => {
      const owner = await signUpSomebody(world);
      const token = await drawnToken(owner.account_id);
      await nameNewest(owner.account_id, token, randomUUID());

      expect((await revokeRecovery(world, token)).status).toBe(200);

      expect(await recoveryRows(owner.account_id)).toEqual([]);
    });

    it('are voided where no row names the newest', async () => {
      const owner = await signUpSomebody(world);
      const token = await drawnToken(owner.account_id);

      expect((await revokeRecovery(world, token)).status).toBe(200);

      expect(await recoveryRows(owner.account_id)).toEqual([]);
    });

    it('take the token of this release with them that began beside them', async () => {
      const owner = await signUpSomebody(world);
      const drawn = await drawnToken(owner.account_id);
      const made = await recoveryToken(world, owner.email);
      expect([await isGood(drawn), await isGood(made)]).toEqual([true, true]);

      expect((await revokeRecovery(world, drawn)).status).toBe(200);

      expect([await isGood(drawn), await isGood(made)]).toEqual([false, false]);
      expect(await recoveryRows(owner.account_id)).toEqual([]);
    });

    it('that went out by SMS revoke nothing, as they reset nothing: who reads the SMS may be a stranger', async () => {
      const owner = await accountWithLeftNumber(world);
      const token = await drawnToken(owner.account_id);
      const intentId = randomUUID();
      await nameNewest(owner.account_id, token, intentId);
      await putRows(world, 'tokens', [{ pk: `SMS_SPENT#${intentId}`, sk: 'SMS_SPENT', ...stamp() }]);
      const before = await storedRows(world);

      expect(await revokeRecovery(world, token)).toMatchObject(INVALID);

      expect(await storedRows(world)).toEqual(before);
    });
  });
});
