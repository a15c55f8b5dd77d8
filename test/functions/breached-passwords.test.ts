import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakePwnedPasswords } from '../support/fake-pwned-passwords.ts';
import { failsWith } from '../support/fake-server.ts';
import { GOOD_PASSWORD, newestToken, recoveryToken, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { startWorld, type World } from '../support/world.ts';

/** In no local list. */
const BREACHED = 'a passphrase of many forums';

describe('a password of a breach, where the operator has it looked up', () => {
  let service: Awaited<ReturnType<typeof startFakePwnedPasswords>>;
  let world: World;

  beforeAll(async () => {
    service = await startFakePwnedPasswords();
    service.add(BREACHED, 3);
    // The longest time that may be set: the machine may be busy.
    world = await startWorld({
      settings: { passwords: { breachApi: { enabled: true, url: service.url, timeoutMs: 3000 } } },
    });
  });
  afterAll(() => Promise.all([world.close(), service.stop()]));
  afterEach(() => {
    service.behave(null);
    service.requests.length = 0;
  });

  const completeSignUp = async (email: string, password: string) => {
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
    await world.deliver();
    const body = jsonBody({ token: await newestToken(world, email), password });
    return world.call('complete-sign-up', loadEvent('complete-sign-up/json', body));
  };

  /** @asvs 6.2.12 */
  it('is refused by complete-sign-up, and its token stays good for another', async () => {
    const email = 'new@example.com';
    const refused = await completeSignUp(email, BREACHED);
    const body = jsonBody({ token: await newestToken(world, email), password: GOOD_PASSWORD });

    expect(refused.body).toMatchObject({
      code: 'password-rejected',
      errors: [{ field: 'password', code: 'breached' }],
    });
    expect((await world.call('complete-sign-up', loadEvent('complete-sign-up/json', body))).status).toBe(200);
  });

  /** @asvs 6.2.12 */
  it('is refused by reset-password before it is hashed, and the token stays good for another', async () => {
    await signUp(world, 'reset@example.com');
    const token = await recoveryToken(world, 'reset@example.com');
    let refused: Awaited<ReturnType<typeof resetPassword>> | undefined;

    const { count } = await hashesDuring(async () => {
      refused = await resetPassword(world, token, BREACHED);
    });

    expect(refused?.body.errors).toMatchObject([{ field: 'new_password', code: 'breached' }]);
    expect(count).toBe(0);
    expect((await resetPassword(world, token, 'a passphrase of no forum')).status).toBe(200);
  });

  it('is looked up by nobody who has no token: a stranger causes no call', async () => {
    const answer = await resetPassword(world, 'ABCDEFGHJKMNPQRSTVWXYZ0123', BREACHED);

    expect(answer.body.code).toBe('invalid-token');
    expect(service.requests).toHaveLength(0);
  });

  it('is not looked up where the local rules refuse it already', async () => {
    await signUp(world, 'local@example.com');
    const token = await recoveryToken(world, 'local@example.com');
    service.requests.length = 0;

    expect((await resetPassword(world, token, 'password1')).status).toBe(400);

    expect(service.requests).toHaveLength(0);
  });

  it('is taken while the service is down: the local list decides alone, and the metric says so', async () => {
    await signUp(world, 'down@example.com');
    const token = await recoveryToken(world, 'down@example.com');
    service.behave(failsWith(502));
    world.logs.length = 0;

    const answer = await resetPassword(world, token, BREACHED);

    expect(answer.status).toBe(200);
    expect((await signIn(world, 'down@example.com', BREACHED)).status).toBe(200);
    const missed = world.logs.map((line) => JSON.parse(line)).filter(({ event }) => event === 'breach-check');
    expect(missed).toMatchObject([{ outcome: 'failed', error_name: 'UnusableAnswer', BreachChecksMissed: 1 }]);
  });
});

describe('a password of a breach, where nothing is set', () => {
  it('is looked up nowhere', async () => {
    const service = await startFakePwnedPasswords();
    service.add(BREACHED, 3);
    const world = await startWorld({ settings: { passwords: { breachApi: { url: service.url } } } });
    await signUp(world, 'off@example.com');

    const answer = await resetPassword(world, await recoveryToken(world, 'off@example.com'), BREACHED);

    expect(answer.status).toBe(200);
    expect(service.requests).toHaveLength(0);
    await Promise.all([world.close(), service.stop()]);
  });
});
