import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CANARY_EMAIL, type CanaryWorld, startCanaryWorld } from '../support/canary-world.ts';
import { recoveryToken, resetPassword, signIn, signInLink } from '../support/journeys.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { CANARY_ACCOUNT_ID, UNLIMITED } from '../support/world.ts';

const FIVE_MINUTES = 5 * 60;
/** Fewer than the strangers below try. */
const TRIES_OF_AN_ADDRESS = 3;

describe("the canary's account, which nobody may use", () => {
  let canary: CanaryWorld;

  beforeAll(async () => {
    const limit = { max: TRIES_OF_AN_ADDRESS, windowSeconds: 3600 };
    canary = await startCanaryWorld({ settings: { limits: { signIn: { ...UNLIMITED, perIdentifier: limit } } } });
    await canary.run();
  });
  afterAll(() => canary.close());

  /** The passwords and tokens of the runs so far. */
  const secretsOfRuns = () =>
    canary.requests.flatMap(({ body, token }) => {
      const { password, device_token: deviceToken, reset_token: resetToken } = JSON.parse(body ?? '{}');
      return [password, deviceToken, resetToken, token].filter(
        (secret): secret is string => typeof secret === 'string',
      );
    });

  const runAgain = () => {
    canary.world.clock.advance(FIVE_MINUTES);
    return canary.run();
  };

  it('is between runs, to whoever knows its address and a password of before, like an address without an account', async () => {
    const { world } = canary;
    const { password } = JSON.parse(canary.requests.find(({ routeKey }) => routeKey === 'POST /sessions')?.body ?? '');

    const answer = await signIn(world, CANARY_EMAIL, password);
    const ofNobody = await signIn(world, 'success+nobody@simulator.amazonses.com', password);

    const { instance: _, ...document } = answer.body;
    const { instance: __, ...documentOfNobody } = ofNobody.body;
    expect([answer.status, document]).toEqual([ofNobody.status, documentOfNobody]);
    expect(document.code).toBe('invalid-credentials');
  });

  it('gets a password of its own in each run', async () => {
    await runAgain();
    await runAgain();

    const passwords = canary.requests
      .filter(({ routeKey }) => routeKey === 'POST /sessions')
      .map(({ body }) => JSON.parse(body ?? '').password);
    expect(new Set(passwords).size).toBe(passwords.length);
    expect(passwords.every((password) => password.length >= 43)).toBe(true);
  });

  it('has no session behind a run: its access tokens are refused', async () => {
    const { world } = canary;
    const { token } = canary.requests.findLast(({ routeKey }) => routeKey === 'DELETE /sessions/current') ?? {};

    const answer = await world.call('list-sessions', loadEvent('list-sessions/get', bearer(token ?? '')));

    expect(token).toEqual(expect.stringMatching(/^ey/));
    expect(answer).toMatchObject({ status: 401 });
  });

  it('can not be recovered, not even by whoever could read the mail', async () => {
    const { world } = canary;
    world.clock.advance(3600);
    const token = await recoveryToken(world, CANARY_EMAIL);

    const answer = await resetPassword(world, token, 'a much better horse');

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    expect((await world.rows('credentials')).filter(({ pk }) => pk === `ACCOUNT#${CANARY_ACCOUNT_ID}`)).toEqual([]);
  });

  it('lets nobody in by a mailed link without a password', async () => {
    const { world } = canary;
    world.clock.advance(3600);
    const linkToken = await signInLink(world, CANARY_EMAIL);

    const answer = await signIn(world, CANARY_EMAIL, undefined, { linkToken });

    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
  });

  it('can not be registered by somebody else', async () => {
    const { world } = canary;
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: CANARY_EMAIL })));
    await world.deliver();

    const [mail] = await world.mailsTo(CANARY_EMAIL);

    expect(mail?.text).not.toContain('/ui/complete-sign-up');
    expect((await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith('SIGN_UP#'))).toEqual([]);
  });

  it('is not kept out by strangers who use up the limit of its address', async () => {
    const { world } = canary;
    world.clock.advance(3600);
    for (let tried = 0; tried <= TRIES_OF_AN_ADDRESS; tried += 1)
      await signIn(world, CANARY_EMAIL, 'not the right one');
    const refused = await signIn(world, CANARY_EMAIL, 'not the right one');

    const lines = await canary.run();

    expect(refused.status).toBe(429);
    expect(lines.find(({ step }) => step === 'sign-in')).toMatchObject({ outcome: 'success' });
  });

  it('has no secret of a run in any log line or row', async () => {
    const { world } = canary;
    const tables = ['accounts', 'credentials', 'tokens', 'outbox'] as const;
    const rows = JSON.stringify(await Promise.all(tables.map((table) => world.rows(table))));
    const logs = world.logs.join('\n');

    const secrets = secretsOfRuns();

    expect(secrets.length).toBeGreaterThan(8);
    expect(secrets.filter((secret) => logs.includes(secret) || rows.includes(secret))).toEqual([]);
  });
});
