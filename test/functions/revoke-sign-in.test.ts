import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FREEZE_SECONDS, UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import { deleteAccount, keepAccount, keepToken } from '../support/deletion.ts';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import {
  changePassword,
  GOOD_PASSWORD,
  NEW_PASSWORD,
  newestToken,
  recoveryToken,
  recoveryTokens,
  refresh,
  resetPassword,
  signIn,
  signInByMail,
  signUpSomebody,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, formBody, loadEvent } from '../support/load-event.ts';
import { callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { revokeSignIn, vetoToken, vetoTokens } from '../support/sign-in-veto.ts';
import { eventsOf, everyRow, everythingStored } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import {
  answerChallenge,
  openTwoFactorOwner,
  STEP_SECONDS,
  type TwoFactorOwner,
} from '../support/two-factor-journeys.ts';
import { accountOf, undo, undoToken } from '../support/undo.ts';
import { logged } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-token' } };
const VOIDED = { status: 200, body: { status: 'sign-in-revoked', password_voided: true } };
const KEPT = { status: 200, body: { status: 'sign-in-revoked', password_voided: false } };
const WRONG_PASSWORD = { status: 401, body: { code: 'invalid-credentials' } };

describe('revoke-sign-in', () => {
  let world: World;

  beforeAll(async () => {
    // So a sign-in on a new device is complete with the password, and its owner is told.
    world = await startWorld({ settings: { signIn: { newDeviceCheck: false } } });
  });
  afterEach(() => world.proxy.heal());
  afterAll(() => world.close());

  /** A sign-in on a device that the account doesn't know. */
  const signInAnywhere = (email: string, password = GOOD_PASSWORD): Promise<Answer> =>
    signIn(world, email, password, { deviceToken: null });

  /** An owner who is signed in, a stranger who is too, and the token of the mail that tells of it. */
  const intruded = async () => {
    const owner = await signUpSomebody(world);
    const stranger = (await signInAnywhere(owner.email)).body as SignInTokensAnswer;
    return { ...owner, owner, stranger, token: await vetoToken(world, owner.email) };
  };

  /** A sign-in with the app on a new device. @returns the token of the mail that tells of it */
  const onNewDevice = async ({ email, secret }: TwoFactorOwner): Promise<string> => {
    world.clock.advance(STEP_SECONDS);
    const { challenge_token: challenge } = (await signInAnywhere(email)).body;
    expect(await answerChallenge(world, challenge, totpCode(world, secret))).toMatchObject({ status: 200 });
    return vetoToken(world, email);
  };

  /** Whoever has a session signs all others out, and goes on. */
  const endOthers = async ({ access_token: token }: Pick<SignInTokensAnswer, 'access_token'>) =>
    (await world.call('revoke-session', loadEvent('revoke-session/delete-others', bearer(token)))).body
      .session as SignInTokensAnswer;

  const typesOf = async (accountId: string) => (await eventsOf(world, accountId)).map(({ type }) => type);

  it('ends the session at once, on every route, and its refresh token', async () => {
    const { stranger, token } = await intruded();

    expect(await revokeSignIn(world, token)).toMatchObject(VOIDED);

    expect(await routesOpenTo(world, stranger)).toEqual([]);
    expect(await refresh(world, stranger.refresh_token)).toMatchObject({ status: 400 });
  });

  it('voids the password that was used: it signs nobody in any more, on that device either', async () => {
    const { email, stranger, token } = await intruded();

    await revokeSignIn(world, token);

    expect(await signInAnywhere(email)).toMatchObject(WRONG_PASSWORD);
    expect(await signIn(world, email, GOOD_PASSWORD, { deviceToken: stranger.device_token })).toMatchObject(
      WRONG_PASSWORD,
    );
  });

  it('gives the owner a mail to set another one, which signs them in', async () => {
    const { email, token } = await intruded();

    await revokeSignIn(world, token);
    await world.deliver();
    const [recovery = ''] = await recoveryTokens(world, email);

    expect(await resetPassword(world, recovery, NEW_PASSWORD)).toMatchObject({ status: 200 });
    expect(await signInAnywhere(email, NEW_PASSWORD)).toMatchObject({ status: 200 });
  });

  it('ends what else the password has opened: other sessions, challenges and mails of before', async () => {
    const own = await openTwoFactorOwner(world);
    const before = await recoveryToken(world, own.email);
    const challenge = await challengeOf(world, own.email);
    const token = await onNewDevice(own);

    expect(await revokeSignIn(world, token)).toMatchObject(VOIDED);

    expect(await routesOpenTo(world, own.session)).toEqual([]);
    expect(await answerChallenge(world, challenge, own.recoveryCodes[0] ?? '')).toMatchObject({ status: 400 });
    expect(await resetPassword(world, before, NEW_PASSWORD)).toMatchObject(INVALID);
  });

  it('leaves the second factor on: who reads the mailbox alone does not get in by it', async () => {
    const own = await openTwoFactorOwner(world);

    await revokeSignIn(world, await onNewDevice(own));
    await world.deliver();
    const [recovery = ''] = await recoveryTokens(world, own.email);
    await resetPassword(world, recovery, NEW_PASSWORD);

    expect((await signIn(world, own.email, NEW_PASSWORD)).body).toMatchObject({ second_factor_required: true });
  });

  it('works for a session that its holder carried over by ending all others', async () => {
    const { stranger, token } = await intruded();
    const goesOn = await endOthers(stranger);

    expect(await revokeSignIn(world, token)).toMatchObject(VOIDED);

    expect(await refresh(world, goesOn.refresh_token)).toMatchObject({ status: 400 });
  });

  it('works for a session that has ended, while the password is the one that was used', async () => {
    const { email, stranger, token } = await intruded();
    await world.call('sign-out', loadEvent('sign-out/delete', bearer(stranger.access_token)));

    expect(await revokeSignIn(world, token)).toMatchObject(VOIDED);

    expect(await signInAnywhere(email)).toMatchObject(WRONG_PASSWORD);
  });

  it('works where another session of the same device has ended the one that it tells of', async () => {
    const { email, stranger, token } = await intruded();
    const again = await signIn(world, email, GOOD_PASSWORD, { deviceToken: stranger.device_token });
    const goesOn = await endOthers(again.body as SignInTokensAnswer);

    expect(await revokeSignIn(world, token)).toMatchObject(VOIDED);

    expect(await refresh(world, goesOn.refresh_token)).toMatchObject({ status: 400 });
    expect(await signInAnywhere(email)).toMatchObject(WRONG_PASSWORD);
  });

  it('works where the owner has ended the other sessions first', async () => {
    const { email, owner, token } = await intruded();
    await endOthers(owner);

    expect(await revokeSignIn(world, token)).toMatchObject(VOIDED);

    expect(await signInAnywhere(email)).toMatchObject(WRONG_PASSWORD);
  });

  it('waits for a deletion that the stranger has asked for, and works once the owner has kept the account', async () => {
    const { email, stranger, token } = await intruded();
    await deleteAccount(world, stranger);
    expect(await revokeSignIn(world, token)).toMatchObject(INVALID);
    await keepAccount(world, await keepToken(world, email));

    expect(await revokeSignIn(world, token)).toMatchObject(VOIDED);

    expect(await signInAnywhere(email)).toMatchObject(WRONG_PASSWORD);
  });

  it('works for a password that the release before has set, which does not say when', async () => {
    const { account_id: accountId, email, owner, token } = await intruded();
    await endOthers(owner);
    const [password] = (await world.rows('credentials')).filter(
      ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'PASSWORD',
    );
    const { epoch: _, ...before } = password ?? {};
    await putRows(world, 'credentials', [before]);

    expect(await revokeSignIn(world, token)).toMatchObject(VOIDED);

    expect(await signInAnywhere(email)).toMatchObject(WRONG_PASSWORD);
  });

  it('voids no password that was set since, where the sign-in has ended', async () => {
    const { email, token } = await intruded();
    await resetPassword(world, await recoveryToken(world, email), NEW_PASSWORD);
    const before = await everyRow(world);

    expect(await revokeSignIn(world, token)).toMatchObject(INVALID);

    expect(await everyRow(world)).toEqual(before);
    expect(await signInAnywhere(email, NEW_PASSWORD)).toMatchObject({ status: 200 });
  });

  it('changes the account of its own mail and no other', async () => {
    const one = await intruded();
    const other = await intruded();

    await revokeSignIn(world, one.token);

    expect(await refresh(world, other.stranger.refresh_token)).toMatchObject({ status: 200 });
    expect(await signInAnywhere(other.email)).toMatchObject({ status: 200 });
  });

  it('takes a link once, also for a sign-in of later', async () => {
    const { email, token } = await intruded();
    await revokeSignIn(world, token);
    await world.deliver();
    const [recovery = ''] = await recoveryTokens(world, email);
    await resetPassword(world, recovery, NEW_PASSWORD);
    await signInAnywhere(email, NEW_PASSWORD);
    const before = await everyRow(world);

    expect(await revokeSignIn(world, token)).toMatchObject(INVALID);
    expect(await everyRow(world)).toEqual(before);
    expect(await revokeSignIn(world, await vetoToken(world, email))).toMatchObject(VOIDED);
  });

  it('works until the last second of seven days after the sign-in, and not in the one after it', async () => {
    const early = await intruded();
    const late = await intruded();
    world.clock.advance(UNDO_SECONDS - 1);

    expect(await revokeSignIn(world, early.token)).toMatchObject(VOIDED);
    world.clock.advance(1);
    expect(await revokeSignIn(world, late.token)).toMatchObject(INVALID);
  });

  it('counts those days from the sign-in, however late the mail goes out, and sends no link past them', async () => {
    const owner = await signUpSomebody(world);
    await signInAnywhere(owner.email);
    world.clock.advance(UNDO_SECONDS);
    await world.deliver();

    expect((await world.mailsTo(owner.email))[0]?.subject).toContain('New sign-in');
    expect(await vetoTokens(world, owner.email)).toEqual([]);
    expect((await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith('SIGN_IN_VETO#'))).not.toContainEqual(
      expect.objectContaining({ accountId: owner.account_id }),
    );
  });

  it('sends a notice that the release before has asked for, without a link', async () => {
    const owner = await signUpSomebody(world);
    await signInAnywhere(owner.email);
    const [row] = (await world.rows('outbox')).filter((one) => JSON.stringify(one).includes('new-device'));
    const { signIn: _, ...older } = (row?.intent ?? {}) as Record<string, unknown>;
    await putRows(world, 'outbox', [{ ...row, intent: older }]);
    await world.deliver();

    const [mail] = await world.mailsTo(owner.email);
    expect(mail?.subject).toContain('New sign-in');
    expect(mail?.text).toContain('/ui/not-me');
    expect(await vetoTokens(world, owner.email)).toEqual([]);
  });

  it('works for one of any number of requests at the same time', async () => {
    const { token } = await intruded();

    const answers = await Promise.all(Array.from({ length: 5 }, () => revokeSignIn(world, token)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });

  it('is not lost to a session that changes the account at the same moment', async () => {
    const { email, stranger, token } = await intruded();
    const fits = ({ operation, body }: DynamoCall): boolean =>
      operation === 'TransactWriteItems' && JSON.stringify(body).includes('SIGN_IN_VETO');
    world.proxy.interrupt({ fits, meanwhile: () => endOthers(stranger) });

    expect(await revokeSignIn(world, token)).toMatchObject(VOIDED);

    expect(await routesOpenTo(world, stranger)).toEqual([]);
    expect(await signInAnywhere(email)).toMatchObject(WRONG_PASSWORD);
  });

  describe('for a day after a change was undone', () => {
    /** An owner who has undone a change, and a stranger who has signed in since with the password of before. */
    const frozen = async () => {
      const owner = await signUpSomebody(world);
      const frozenUntilEpochSeconds = world.clock.nowSeconds() + FREEZE_SECONDS;
      await putRows(world, 'accounts', [{ ...(await accountOf(world, owner.account_id)), frozenUntilEpochSeconds }]);
      const stranger = (await signInAnywhere(owner.email)).body as SignInTokensAnswer;
      return { ...owner, stranger, token: await vetoToken(world, owner.email) };
    };

    it('ends the session and its device alone: the mail of the undo is the way to another password', async () => {
      const { email, access_token: own, account_id: accountId, stranger, token } = await frozen();
      const { epoch } = await accountOf(world, accountId);

      expect(await revokeSignIn(world, token)).toMatchObject(KEPT);

      expect(await routesOpenTo(world, stranger)).toEqual([]);
      expect((await accountOf(world, accountId)).epoch).toBe(epoch);
      expect(await callAs(world, 'list-sessions', 'list-sessions/get', own)).toMatchObject({ status: 200 });
      expect(await recoveryTokens(world, email)).toEqual([]);
      const { devices } = (await world.rows('tokens')).find(
        ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'DEVICES',
      ) as { devices: object };
      expect(Object.keys(devices)).toHaveLength(1);
    });

    it('does nothing where the session has ended', async () => {
      const { stranger, token } = await frozen();
      await world.call('sign-out', loadEvent('sign-out/delete', bearer(stranger.access_token)));
      const before = await everyRow(world);

      expect(await revokeSignIn(world, token)).toMatchObject(INVALID);
      expect(await everyRow(world)).toEqual(before);
    });

    it('wins once, of any number of requests at the same time', async () => {
      const { token } = await frozen();

      const answers = await Promise.all(Array.from({ length: 5 }, () => revokeSignIn(world, token)));

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });

  it('loses to an undo between the read and the write, whose mail it would void', async () => {
    const { email, stranger, token } = await intruded();
    await changePassword(world, stranger);
    const undoing = await undoToken(world, email);
    const fits = ({ operation, body }: DynamoCall): boolean =>
      operation === 'TransactWriteItems' && JSON.stringify(body).includes('SIGN_IN_VETO');
    world.proxy.interrupt({ fits, meanwhile: () => undo(world, undoing) });

    expect(await revokeSignIn(world, token)).toMatchObject(INVALID);

    await world.deliver();
    expect(await resetPassword(world, await newestToken(world, email), 'another good horse')).toMatchObject({
      status: 200,
    });
  });

  it('is in the history with the session that it ended, and in the log', async () => {
    const { account_id: accountId, stranger, token } = await intruded();

    await revokeSignIn(world, token);

    expect(await typesOf(accountId)).toContain('sign-in-revoked');
    expect((await eventsOf(world, accountId)).findLast(({ type }) => type === 'sign-in-revoked')).toMatchObject({
      sessionId: stranger.session_id,
    });
    expect(logged(world, 'sign-in-revoked').at(-1)).toMatchObject({ outcome: 'success' });
  });

  it('is posted by a browser without scripts, which sees what comes next', async () => {
    const { token } = await intruded();

    const changes = { ...formBody({ token }), 'headers.accept': 'text/html' };
    const answer = await world.call('revoke-sign-in', loadEvent('revoke-sign-in/form', changes));
    const page = await world.call(
      'serve-pages',
      loadEvent('serve-pages/reset', {
        rawPath: '/ui/not-my-sign-in',
        'pathParameters.page': 'not-my-sign-in',
        queryStringParameters: { outcome: 'done', lang: 'en' },
      }),
    );

    expect(answer).toMatchObject({ status: 303, headers: { location: expect.stringContaining('/ui/not-my-sign-in') } });
    expect(page.text).toContain('choose a new password');
  });

  it('is done by no scanner that opens the link: its page is all that a GET gets', async () => {
    const { email, stranger } = await intruded();
    const [mail] = await world.mailsTo(email);
    const [link = ''] = /https?:\S+\/ui\/not-my-sign-in\S+/.exec(mail?.text ?? '') ?? [];
    const { pathname, hash } = new URL(link);

    const event = loadEvent('serve-pages/reset', { rawPath: pathname, 'pathParameters.page': pathname.slice(4) });
    const answer = await world.call('serve-pages', event);

    expect(answer.status).toBe(200);
    expect(hash).toMatch(/^#token=/); // so that the token is in no request
    expect(await refresh(world, stranger.refresh_token)).toMatchObject({ status: 200 });
    expect(await signInAnywhere(email)).toMatchObject({ status: 200 });
  });

  it('keeps the token nowhere, neither in the tables nor in the log', async () => {
    const { token } = await intruded();
    await revokeSignIn(world, token);

    expect(leaksIn(await everythingStored(world), { token })).toEqual([]);
    expect(leaksIn(JSON.stringify(world.logs), { token })).toEqual([]);
  });

  it('reads as much for a token of another kind as for one that is none', async () => {
    const owner = await signUpSomebody(world);
    const recovery = await recoveryToken(world, owner.email);
    const used = (token: string) => operationsDuring(world.proxy, async () => void (await revokeSignIn(world, token)));

    expect(await revokeSignIn(world, recovery)).toMatchObject(INVALID);
    expect(await used(recovery)).toEqual(await used('0'.repeat(26)));
  });

  it('goes with no mail that asks for a code: who has only the password is not in', async () => {
    const checked = await startWorld();
    const { email } = await signUpSomebody(checked);
    await signInByMail(checked, email);
    const tokens = await vetoTokens(checked, email);
    await checked.close();

    expect(tokens).toEqual([]);
  });
});
