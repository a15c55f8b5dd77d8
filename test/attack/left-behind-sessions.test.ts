import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { recoveryToken, refresh, resetPassword, signIn, signUpSomebody } from '../support/journeys.ts';
import { bearer, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, beginAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { addSms, askForCode, giveCode, newNumber, receiveCode, UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const UNAUTHENTICATED = { status: 401, body: { code: 'unauthenticated' } };

/** The traces that an ended session must not leave: docs/adr/0019. */
describe('a session that goes', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const signOut = ({ access_token: token }: SessionTokensAnswer): Promise<Answer> =>
    world.call('sign-out', loadEvent('sign-out/delete', bearer(token)));
  const rowOf = async ({ session_id: id }: SessionTokensAnswer) =>
    (await world.rows('tokens')).find(({ sk }) => sk === `SESSION#${id}`);
  const smsTo = async (phoneNumber: string): Promise<number> => (await world.mailsTo(phoneNumber)).length;

  it('has no code sent that it asked for, neither to a new number nor to the own one', async () => {
    const account = await signUpSomebody(world);
    const { phoneNumber } = await addSms(world, account);
    const other = (await signIn(world, account.email)).body;
    const [asked, newOne] = [await smsTo(phoneNumber), newNumber()];
    world.clock.advance(60);
    await askForCode(world, { token: account.access_token });
    await signOut(account);
    const stranger = await signUpSomebody(world);
    await askForCode(world, { token: stranger.access_token, phoneNumber: newOne });
    await signOut(stranger);

    const failed = await world.deliver();

    expect(other.second_factor_required).toBe(true);
    expect([failed, await smsTo(phoneNumber), await smsTo(newOne)]).toEqual([0, asked, 0]);
    expect(await world.rows('outbox')).toEqual([]);
  });

  it('switches nothing on with a code that it was sent', async () => {
    const account = await signUpSomebody(world);
    const { code } = await receiveCode(world, { token: account.access_token, phoneNumber: newNumber() });
    await signOut(account);

    const late = await giveCode(world, code, { token: account.access_token });
    const { body: next } = await signIn(world, account.email);
    const elsewhere = await giveCode(world, code, { token: next.access_token });

    expect(late).toMatchObject(UNAUTHENTICATED);
    expect(elsewhere).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
  });

  it('confirms no app that it began; another fresh session of the owner can, for ten minutes', async () => {
    const account = await signUpSomebody(world);
    const begun = await beginAuthenticator(world, account);
    const { body: other } = await signIn(world, account.email);
    await signOut(account);
    const confirm = ({ access_token: token }: SessionTokensAnswer): Promise<Answer> =>
      callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body: { code: totpCode(world, begun.body.secret) } });

    expect(await confirm(account)).toMatchObject(UNAUTHENTICATED);
    expect((await confirm(other)).status).toBe(200);
  });

  it('by a reset keeps its row as it was, whatever its refresh token is used for: it ends when it would have', async () => {
    const account = await signUpSomebody(world);
    await resetPassword(world, await recoveryToken(world, account.email), 'a much better horse');
    const before = await rowOf(account);
    world.clock.advance(3600);

    const answers = [await refresh(world, account.refresh_token), await refresh(world, account.refresh_token)];

    expect(answers.map(({ body }) => body.code)).toEqual(['invalid-token', 'invalid-token']);
    expect(before).toBeDefined();
    expect(await rowOf(account)).toEqual(before);
  });

  it('by a change of factors keeps its row as it was as well', async () => {
    const account = await signUpSomebody(world);
    const { body: other } = await signIn(world, account.email);
    const { body: begun } = await beginAuthenticator(world, account);
    const body = { code: totpCode(world, begun.secret) };
    await callAs(world, 'confirm-totp', 'confirm-totp/json', account.access_token, { body });
    const before = await rowOf(other);
    world.clock.advance(60);

    const answer = await refresh(world, other.refresh_token);

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    expect(await rowOf(other)).toEqual(before);
  });

  it('leaves the second factor on that was added in it', async () => {
    const account = await signUpSomebody(world);
    await addAuthenticator(world, account);
    await signOut(account);

    expect((await signIn(world, account.email)).body.second_factor_required).toBe(true);
  });
});
