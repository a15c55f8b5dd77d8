import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import {
  checkResetToken,
  GOOD_PASSWORD,
  getProfile,
  recoveryToken,
  recoveryTokens,
  refresh,
  resetPassword,
  signIn,
  signUp,
} from '../support/journeys.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { deliverBatch, deliverInTurn, insertOf, waitingIntents } from '../support/outbox-stream.ts';
import { eventsOf, storedRows } from '../support/stored.ts';
import { startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';
/** Past this a second token begins beside the first. */
const HALF_LIFE_SECONDS = DEFAULTS.tokens.recoverySeconds / 2;

describe('recovery under attack', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const ask = (email: string) =>
    world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));

  /** The tokens in all recovery mails to an address, newest mail first. */
  const mailedTokens = async (email: string): Promise<string[]> => recoveryTokens(world, email);

  const isGood = async (token: string): Promise<boolean> => (await checkResetToken(world, token)).status === 200;

  const goodOnes = async (tokens: readonly string[]): Promise<string[]> => {
    const good = await Promise.all(tokens.map(isGood));
    return tokens.filter((_, index) => good[index]);
  };

  /** @asvs 2.3.4 */
  it('lets one of 50 simultaneous resets with one token win, and its password alone signs in', async () => {
    const { account_id: accountId } = await signUp(world, 'fifty@example.com');
    const token = await recoveryToken(world, 'fifty@example.com');
    const passwords = Array.from({ length: 50 }, (_, index) => `candidate number ${index}`);

    const answers = await Promise.all(passwords.map((password) => resetPassword(world, token, password)));

    const winners = passwords.filter((_, index) => answers[index]?.status === 200);
    const losers = answers.filter(({ status }) => status !== 200);
    expect(winners).toHaveLength(1);
    expect(losers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(losers.map(() => '400 invalid-token'));
    const signedIn = await Promise.all(passwords.map((password) => signIn(world, 'fifty@example.com', password)));
    expect(passwords.filter((_, index) => signedIn[index]?.status === 200)).toEqual(winners);
    expect((await signIn(world, 'fifty@example.com', GOOD_PASSWORD)).status).toBe(401);
    const resets = (await eventsOf(world, accountId)).filter(({ type }) => type === 'password-reset');
    expect(resets).toHaveLength(1);
    await world.deliver();
    const notices = (await world.mailsTo('fifty@example.com')).filter(({ subject }) => subject.includes('changed'));
    expect(notices).toHaveLength(1);
  });

  it('answers the losers of a race exactly as anybody who holds no token', async () => {
    await signUp(world, 'losers@example.com');
    const token = await recoveryToken(world, 'losers@example.com');
    const stranger = await resetPassword(world, '0'.repeat(26), NEW_PASSWORD);

    const answers = await Promise.all(Array.from({ length: 8 }, () => resetPassword(world, token, NEW_PASSWORD)));

    for (const loser of answers.filter(({ status }) => status !== 200)) expect(loser).toEqual(stranger);
  });

  it('kills the sibling of a token that is used', async () => {
    await signUp(world, 'siblings@example.com');
    const first = await recoveryToken(world, 'siblings@example.com');
    world.clock.advance(HALF_LIFE_SECONDS);
    const second = await recoveryToken(world, 'siblings@example.com');

    const taken = await resetPassword(world, first, NEW_PASSWORD);
    const refused = await resetPassword(world, second, 'the password of a thief');

    expect(second).not.toBe(first);
    expect(taken.status).toBe(200);
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
  });

  it('lets one of two resets with the two tokens of an account win', async () => {
    await signUp(world, 'two-tokens@example.com');
    const first = await recoveryToken(world, 'two-tokens@example.com');
    world.clock.advance(HALF_LIFE_SECONDS);
    const second = await recoveryToken(world, 'two-tokens@example.com');

    const answers = await Promise.all([
      resetPassword(world, first, NEW_PASSWORD),
      resetPassword(world, second, 'the password of a thief'),
    ]);

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
    await world.deliver();
  });

  it.each(['in their order', 'in reversed order', 'at once'])(
    'mails one token once for two requests of the same millisecond, delivered %s',
    async (order) => {
      const email = `same-${order.length}@example.com`;
      await signUp(world, email);
      await Promise.all([ask(email), ask(email)]);
      const intents = (await waitingIntents(world)).toSorted();
      expect(intents).toHaveLength(2);

      if (order === 'in their order') await deliverInTurn(world, intents);
      else if (order === 'in reversed order') await deliverInTurn(world, intents.toReversed());
      else
        await deliverBatch(
          world,
          intents.map((pk) => insertOf(pk)),
        );
      while ((await world.rows('outbox')).length > 0) await world.deliver();

      const mailed = await mailedTokens(email);
      expect(mailed).toHaveLength(1);
      expect((await resetPassword(world, mailed[0] ?? '', NEW_PASSWORD)).status).toBe(200);
      await world.deliver();
    },
  );

  it('mails one token once for ten requests that one batch delivers at once, and gives none of them up', async () => {
    await signUp(world, 'batch@example.com');
    for (let request = 0; request < 10; request += 1) await ask('batch@example.com');
    const intents = await waitingIntents(world);
    const from = world.logs.length;

    await deliverBatch(
      world,
      intents.map((pk, index) => insertOf(pk, String(index))),
    );
    while ((await world.rows('outbox')).length > 0) await world.deliver();

    const mailed = await mailedTokens('batch@example.com');
    expect(mailed).toHaveLength(1);
    expect(await goodOnes(mailed)).toEqual(mailed);
    expect(world.logs.slice(from).join('\n')).not.toContain('dead-letter');
  });

  it('mails no token that is dead before it goes out, when a reset comes between look-up and issue', async () => {
    await signUp(world, 'between@example.com');
    const token = await recoveryToken(world, 'between@example.com');
    world.clock.advance(60);
    await ask('between@example.com');
    const [intent = ''] = await waitingIntents(world);
    world.proxy.interrupt({
      fits: ({ operation, body }) =>
        operation === 'TransactWriteItems' && JSON.stringify(body).includes('sendingIntentId'),
      meanwhile: () => resetPassword(world, token, NEW_PASSWORD),
    });

    await deliverInTurn(world, [intent]);
    await world.deliver();
    const waiting = await world.rows('outbox');

    const mailed = await mailedTokens('between@example.com');
    const unused = mailed.filter((one) => one !== token);
    expect((await signIn(world, 'between@example.com', NEW_PASSWORD)).status).toBe(200);
    expect(unused).toHaveLength(1);
    expect(await goodOnes(unused)).toEqual(unused);
    expect(waiting).toEqual([]);
  });

  it('ends sessions that are being refreshed while the password is reset', async () => {
    await signUp(world, 'refreshing@example.com');
    const sessions = await Promise.all(Array.from({ length: 10 }, () => signIn(world, 'refreshing@example.com')));
    const token = await recoveryToken(world, 'refreshing@example.com');

    const [reset, ...refreshed] = await Promise.all([
      resetPassword(world, token, NEW_PASSWORD),
      ...sessions.map(({ body }) => refresh(world, body.refresh_token)),
    ]);

    expect(reset?.status).toBe(200);
    for (const { body } of refreshed.filter(({ status }) => status === 200)) {
      expect((await getProfile(world, body)).status).toBe(401);
      expect((await refresh(world, body.refresh_token)).status).toBe(400);
    }
  });

  it('gives whoever knows the old password no session that outlives the reset, however close they race', async () => {
    await signUp(world, 'old-password@example.com');
    const token = await recoveryToken(world, 'old-password@example.com');

    const [reset, ...thefts] = await Promise.all([
      resetPassword(world, token, NEW_PASSWORD),
      ...Array.from({ length: 10 }, () => signIn(world, 'old-password@example.com', GOOD_PASSWORD)),
    ]);

    expect(reset?.status).toBe(200);
    for (const { body } of thefts.filter(({ status }) => status === 200)) {
      expect((await getProfile(world, body)).status).toBe(401);
      expect((await refresh(world, body.refresh_token)).status).toBe(400);
    }
    expect((await signIn(world, 'old-password@example.com', GOOD_PASSWORD)).status).toBe(401);
  });

  it('changes nothing for the owner of an address that a stranger asks recovery for', async () => {
    const session = await signUp(world, 'bothered@example.com');
    for (let request = 0; request < 5; request += 1) await recoveryToken(world, 'bothered@example.com');

    expect((await getProfile(world, session)).status).toBe(200);
    expect((await refresh(world, session.refresh_token)).status).toBe(200);
    expect((await signIn(world, 'bothered@example.com')).status).toBe(200);
  });

  it("touches nobody else's password or sessions", async () => {
    const bystander = await signUp(world, 'bystander@example.com');
    await signUp(world, 'subject@example.com');
    const token = await recoveryToken(world, 'subject@example.com');

    await resetPassword(world, token, NEW_PASSWORD);

    expect((await getProfile(world, bystander)).status).toBe(200);
    expect((await signIn(world, 'bystander@example.com', GOOD_PASSWORD)).status).toBe(200);
    expect((await signIn(world, 'bystander@example.com', NEW_PASSWORD)).status).toBe(401);
  });

  it('takes a recovery token for nothing but recovery', async () => {
    const session = await signUp(world, 'purpose@example.com');
    const token = await recoveryToken(world, 'purpose@example.com');
    const before = await storedRows(world);

    const asSignUp = await world.call(
      'complete-sign-up',
      loadEvent('complete-sign-up/json', jsonBody({ token, password: NEW_PASSWORD })),
    );
    const asRefresh = await refresh(world, token);
    const asAccess = await getProfile(world, { ...session, access_token: token });
    const asPassword = await signIn(world, 'purpose@example.com', token, { deviceToken: null });

    expect([asSignUp, asRefresh, asAccess, asPassword].map(({ body }) => body.code)).toEqual([
      'invalid-token',
      'invalid-token',
      'unauthenticated',
      'invalid-credentials',
    ]);
    const failures = (row: string) => !row.includes('sign-in-failed');
    expect((await storedRows(world)).filter(failures)).toEqual(before.filter(failures));
    expect(await isGood(token)).toBe(true);
  });

  it('takes for a recovery token neither an access token, nor a refresh token, nor an id', async () => {
    const session = await signUp(world, 'other-tokens@example.com');

    for (const other of Object.values(session).map(String)) {
      const answer = await resetPassword(world, other, NEW_PASSWORD);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    }
    expect((await signIn(world, 'other-tokens@example.com')).status).toBe(200);
  });

  /** @asvs 3.5.3 */
  it('lets a link scanner open the page as often as it likes: no read, no write, the token stays good', async () => {
    await signUp(world, 'scanned@example.com');
    const token = await recoveryToken(world, 'scanned@example.com');
    const scan = () =>
      world.call(
        'serve-pages',
        loadEvent('serve-pages/reset', { rawQueryString: `token=${token}`, 'queryStringParameters.token': token }),
      );

    const operations = await operationsDuring(world.proxy, () => Promise.all([scan(), scan(), scan()]));

    expect(operations).toEqual([]);
    expect(await isGood(token)).toBe(true);
  });

  /** @asvs 14.2.1 */
  it('reads a token from the body alone, where no log of an address line keeps it', async () => {
    await signUp(world, 'query@example.com');
    const token = await recoveryToken(world, 'query@example.com');

    const answer = await world.call(
      'reset-password',
      loadEvent('reset-password/json', {
        ...jsonBody({ new_password: NEW_PASSWORD }),
        rawQueryString: `token=${token}`,
        'queryStringParameters.token': token,
        'headers.authorization': `Bearer ${token}`,
        'headers.x-token': token,
        cookies: [`token=${token}`],
      }),
    );

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'token', code: 'required' }] } });
    expect(await isGood(token)).toBe(true);
  });
});
