import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { readsFrom, writesTo } from '../support/dynamo-shape.ts';
import { recoveryToken, refresh, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { bearer, loadEvent } from '../support/load-event.ts';
import { askEverySessionRoute, routesOpenTo, sessionRoutes } from '../support/session-routes.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'what the owner chose';

describe('an attack on sessions', () => {
  let world: World;
  let accounts = 0;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const newAccount = async (): Promise<{ email: string; tokens: SessionTokensAnswer }> => {
    accounts += 1;
    const email = `victim-${accounts}@example.com`;
    return { email, tokens: await signUp(world, email) };
  };
  const signOut = ({ access_token: token }: SessionTokensAnswer): Promise<Answer> =>
    world.call('sign-out', loadEvent('sign-out/delete', bearer(token)));
  const reset = async (email: string): Promise<Answer> =>
    resetPassword(world, await recoveryToken(world, email), NEW_PASSWORD);

  /** What still works of a session: routes and `refresh`. */
  const livesOf = async (tokens: SessionTokensAnswer): Promise<string[]> => [
    ...((await refresh(world, tokens.refresh_token)).status === 200 ? ['refresh'] : []),
    ...(await routesOpenTo(world, tokens)),
  ];

  it('has every route that wants a session before it', () => {
    const flows = sessionRoutes().map(({ contract }) => contract.flow);

    expect(flows).toEqual(expect.arrayContaining(['get-profile', 'update-profile', 'sign-out']));
  });

  /** @asvs 7.4.1, 7.4.3 */
  it('ends with a password reset: no access token and no refresh token of before works anywhere', async () => {
    const { email, tokens } = await newAccount();
    const stolen = [tokens, (await signIn(world, email)).body, (await signIn(world, email)).body];

    const answer = await reset(email);

    expect(answer.status).toBe(200);
    for (const one of stolen) expect(await livesOf(one)).toEqual([]);
  });

  /** @asvs 7.2.1 */
  it('is told nothing by a dead token: every route answers as it does to gibberish', async () => {
    const { email, tokens } = await newAccount();
    await reset(email);

    const dead = await askEverySessionRoute(world, tokens);
    const gibberish = await askEverySessionRoute(world, { ...tokens, access_token: 'replaced.by.the-test' });

    expect(dead).toEqual(gibberish);
  });

  it('keeps nothing of a session that was stolen and ended by its owner', async () => {
    const { tokens } = await newAccount();
    const { body: thiefs } = await refresh(world, tokens.refresh_token);

    await signOut(tokens);

    expect(await livesOf(thiefs)).toEqual([]);
  });

  describe('with a stolen refresh token', () => {
    it('is shut out as soon as the owner uses theirs', async () => {
      const { tokens } = await newAccount();
      const { body: thiefs } = await refresh(world, tokens.refresh_token);
      world.clock.advance(DEFAULTS.sessions.refreshGraceSeconds + 1);

      const owners = await refresh(world, tokens.refresh_token);

      expect(owners.body.code).toBe('invalid-token');
      expect(await livesOf(thiefs)).toEqual([]);
    });

    it('shuts itself out when the owner was first', async () => {
      const { tokens } = await newAccount();
      const { body: owners } = await refresh(world, tokens.refresh_token);
      world.clock.advance(DEFAULTS.sessions.refreshGraceSeconds + 1);

      const thiefs = await refresh(world, tokens.refresh_token);

      expect(thiefs.body.code).toBe('invalid-token');
      expect(await livesOf(owners)).toEqual([]);
    });

    it('gains nothing from the owner refreshing while the theft is being noticed', async () => {
      const { tokens } = await newAccount();
      const { body: current } = await refresh(world, tokens.refresh_token);
      world.clock.advance(DEFAULTS.sessions.refreshGraceSeconds + 1);
      let meanwhile: Answer | undefined;
      world.proxy.interrupt({
        fits: ({ operation, body }) =>
          operation === 'TransactWriteItems' && JSON.stringify(body).includes(`SESSION#${tokens.session_id}`),
        meanwhile: async () => {
          meanwhile = await refresh(world, current.refresh_token);
        },
      });

      const reuse = await refresh(world, tokens.refresh_token);

      expect(meanwhile?.status).toBe(200);
      expect(reuse.body.code).toBe('invalid-token');
      expect(await livesOf(meanwhile?.body)).toEqual([]);
    });

    it('gains nothing from a race with the owner', async () => {
      const { tokens } = await newAccount();
      const { body: current } = await refresh(world, tokens.refresh_token);
      world.clock.advance(DEFAULTS.sessions.refreshGraceSeconds + 1);

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => refresh(world, (index % 2 ? tokens : current).refresh_token)),
      );

      const given = answers.filter(({ status }) => status === 200).map(({ body }) => body);
      for (const one of given) expect(await livesOf(one)).toEqual([]);
    });
  });

  describe('in the middle of a refresh', () => {
    it.each<[string, (tokens: SessionTokensAnswer) => Parameters<World['proxy']['interrupt']>[0]['fits']]>([
      ['the token is rotated', ({ session_id: id }) => writesTo(`SESSION#${id}`)],
      ['the account is read', ({ account_id: id }) => readsFrom(`ACCOUNT#${id}`)],
    ])('keeps nothing when the owner signs out before %s', async (_, fitsOf) => {
      const { tokens } = await newAccount();
      let signedOut: Answer | undefined;
      world.proxy.interrupt({
        fits: fitsOf(tokens),
        meanwhile: async () => {
          signedOut = await signOut(tokens);
        },
      });

      const answer = await refresh(world, tokens.refresh_token);

      expect(signedOut?.status).toBe(204);
      if (answer.status === 200) expect(await livesOf(answer.body)).toEqual([]);
      else expect(answer.body.code).toBe('invalid-token');
      expect(await livesOf(tokens)).toEqual([]);
    });

    it.each<[string, (tokens: SessionTokensAnswer) => Parameters<World['proxy']['interrupt']>[0]['fits']]>([
      ['the token is rotated', ({ session_id: id }) => writesTo(`SESSION#${id}`)],
      ['the account is read', ({ account_id: id }) => readsFrom(`ACCOUNT#${id}`)],
    ])('keeps nothing when the owner resets the password before %s', async (_, fitsOf) => {
      const { email, tokens } = await newAccount();
      const token = await recoveryToken(world, email);
      let done: Answer | undefined;
      world.proxy.interrupt({
        fits: fitsOf(tokens),
        meanwhile: async () => {
          done = await resetPassword(world, token, NEW_PASSWORD);
        },
      });

      const answer = await refresh(world, tokens.refresh_token);

      expect(done?.status).toBe(200);
      if (answer.status === 200) expect(await livesOf(answer.body)).toEqual([]);
      else expect(answer.body.code).toBe('invalid-token');
      expect(await livesOf(tokens)).toEqual([]);
    });
  });

  it('survives no reset that it runs into from all sides at once', async () => {
    const { email, tokens } = await newAccount();
    const stolen = await Promise.all(Array.from({ length: 5 }, async () => (await signIn(world, email)).body));
    const token = await recoveryToken(world, email);

    const [done, ...answers] = await Promise.all([
      resetPassword(world, token, NEW_PASSWORD),
      ...stolen.map(({ refresh_token: one }) => refresh(world, one)),
      ...Array.from({ length: 5 }, () => signIn(world, email)),
      signOut(tokens),
      ...stolen.map(({ refresh_token: one }) => refresh(world, one)),
    ]);

    expect(done.status).toBe(200);
    const given = answers.filter(({ status }) => status === 200).map(({ body }) => body as SessionTokensAnswer);
    for (const one of [...stolen, ...given]) expect(await livesOf(one)).toEqual([]);
    expect((await signIn(world, email, NEW_PASSWORD)).status).toBe(200);
  });

  it("opens no other account's profile with a session of its own, and learns nothing of which ids there are", async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const ownRoutes = sessionRoutes().filter(({ contract }) => contract.caller === 'own-session');
    const ask = (accountId: string) =>
      Promise.all(
        ownRoutes.map(({ contract, fixture }) =>
          world.call(
            contract.flow,
            loadEvent(fixture, { ...bearer(mine.tokens.access_token), 'pathParameters.user_id': accountId }),
          ),
        ),
      );

    const foreign = await ask(theirs.tokens.account_id);
    const unknown = await ask('0f5c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11');

    expect(foreign.length).toBeGreaterThan(0);
    expect(new Set(foreign.map(({ status, body }) => `${status} ${body.code}`))).toEqual(new Set(['404 not-found']));
    expect(foreign).toEqual(unknown);
  });
});
