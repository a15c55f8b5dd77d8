import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEVICE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { DEVICE_COOKIE } from '../../shared/devices/device-cookie.ts';
import { DEVICE_FAILURES, DEVICES_PER_ACCOUNT } from '../../shared/devices/devices.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring, shapesDuring, writesTo } from '../support/dynamo-shape.ts';
import { HELD_KINDS, holdEveryToken } from '../support/every-token.ts';
import { everyRoute, fromSource, newSource } from '../support/fixtures.ts';
import { recoveryToken, resetPassword, signIn, signUpSomebody } from '../support/journeys.ts';
import { makeKeyedWorld, newKey } from '../support/keyed-world.ts';
import { leaksIn } from '../support/leaks.ts';
import { type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, totpCode } from '../support/second-factor.ts';
import { eventsOf, everyRow, everythingStored } from '../support/stored.ts';
import { putRows, removeRows } from '../support/table-writer.ts';
import { answerTextPlaces } from '../support/text-places.ts';
import { openTwoFactorOwner, STEP_SECONDS } from '../support/two-factor-journeys.ts';
import { giveCode, wrongTotp } from '../support/verification.ts';
import { type Answer, startWorld, UNLIMITED, type World } from '../support/world.ts';

/** Tries of an address within an hour; few, since each costs a hash. */
const PER_ADDRESS = 3;

const HOUR = 3600;

/** Devices come to be by the password alone here; how they do with the check is told in new-devices.test.ts. */
const UNCHECKED = { newDeviceCheck: false };

const LIMITS = {
  signUp: UNLIMITED,
  requestRecovery: UNLIMITED,
  signIn: { ...UNLIMITED, perIdentifier: { max: PER_ADDRESS, windowSeconds: HOUR } },
};

/** What the tests ask of a sign-in; the right password from no device unless said otherwise. */
interface Attempt {
  password?: string;
  token?: string | undefined;
  changes?: EventChanges;
}

const attemptAt = (service: World, email: string, { password, token, changes = {} }: Attempt = {}): Promise<Answer> =>
  signIn(service, email, password, { deviceToken: token ?? null, changes });

/** The password after a reset. */
const NEXT_PASSWORD = 'another staple of hay';

const wrong = { password: 'not the password' };

/** Strangers use up the limit of an address. */
const floodAt = async (service: World, email: string): Promise<void> => {
  for (let tries = 0; tries < PER_ADDRESS; tries += 1) {
    await attemptAt(service, email, { ...wrong, changes: newSource() });
  }
};

const deviceIdIn = (token: string): string =>
  Buffer.from(token, 'base64url')
    .toString('hex', 2, 18)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const statusesOf = (answers: readonly Answer[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const deviceRowsOf = async (service: World, accountId: string) =>
  (await service.rows('tokens')).filter(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'DEVICES');

const devicesAt = async (
  service: World,
  accountId: string,
): Promise<Record<string, { failures: number; epoch: number }>> => {
  const [row] = await deviceRowsOf(service, accountId);
  return (row?.devices ?? {}) as Record<string, { failures: number; epoch: number }>;
};

describe('a known device', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: LIMITS, signIn: UNCHECKED } });
  });
  afterAll(() => world.close());

  const attempt = (email: string, asked?: Attempt): Promise<Answer> => attemptAt(world, email, asked);
  const flood = (email: string): Promise<void> => floodAt(world, email);

  /** An account whose address's limit strangers have used up just now. */
  const flooded = async () => {
    world.clock.advance(HOUR);
    const owner = await signUpSomebody(world);
    await flood(owner.email);
    return owner;
  };

  const devicesOf = (accountId: string) => devicesAt(world, accountId);

  describe('when strangers have used up the limit of an address', () => {
    it('gets nobody into the account that has the address now', async () => {
      const owner = await flooded();
      const other = await signUpSomebody(world);
      const claim = (await world.rows('accounts')).filter(({ pk }) => pk === `EMAIL#${owner.email}`);
      await putRows(
        world,
        'accounts',
        claim.map((row) => ({ ...row, accountId: other.account_id })),
      );

      const answer = await attempt(owner.email, { token: owner.device_token });

      expect([answer.status, answer.body.code]).toEqual([401, 'invalid-credentials']);
    });

    it('lets the owner in, with its token as a field or a cookie, while any other gets 429', async () => {
      const owner = await flooded();
      const cookie = { cookies: [`${DEVICE_COOKIE}=${owner.device_token}`] };

      const fromUnknown = await attempt(owner.email);
      const fromKnown = await attempt(owner.email, { token: owner.device_token });
      const byCookie = await attempt(owner.email, { changes: cookie });

      expect(fromUnknown).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
      expect([fromKnown.status, byCookie.status]).toEqual([200, 200]);
      expect(fromKnown.body.account_id).toBe(owner.account_id);
    });

    it('costs the owner one call more than a sign-in before the flood, and no other flow any', async () => {
      const { email, device_token: token } = await signUpSomebody(world);
      world.clock.advance(HOUR);

      const before = await operationsDuring(world.proxy, () => attempt(email, { token }));
      await flood(email);
      const after = await operationsDuring(world.proxy, () => attempt(email, { token }));

      expect(before).toEqual(['TransactWriteItems', 'GetItem', 'TransactGetItems', 'TransactWriteItems']);
      expect(after).toEqual(['TransactWriteItems', ...before]);
    });

    it('gives the same device again, and renews its last use', async () => {
      const owner = await flooded();
      world.clock.advance(5);

      const answer = await attempt(owner.email, { token: owner.device_token });

      expect(answer.body.device_token).toBe(owner.device_token);
      expect(await devicesOf(owner.account_id)).toEqual({
        [deviceIdIn(owner.device_token)]: {
          epoch: 1,
          failures: 0,
          lastUsedAtEpochSeconds: world.clock.nowSeconds(),
        },
      });
    });

    /** @asvs 6.3.1 */
    it('is ended by ten wrong passwords in a row, however many come at once', async () => {
      const owner = await flooded();
      const tries = Array.from({ length: 3 * DEVICE_FAILURES }, () =>
        attempt(owner.email, { ...wrong, token: owner.device_token, changes: newSource() }),
      );

      const statuses = statusesOf(await Promise.all(tries));

      expect(statuses[401]).toBeLessThanOrEqual(DEVICE_FAILURES);
      expect(statuses[200]).toBeUndefined();
      for (let left = DEVICE_FAILURES - (statuses[401] ?? 0); left > 0; left -= 1) {
        expect((await attempt(owner.email, { ...wrong, token: owner.device_token })).status).toBe(401);
      }
      expect((await attempt(owner.email, { token: owner.device_token })).status).toBe(429);
      expect((await devicesOf(owner.account_id))[deviceIdIn(owner.device_token)]?.failures).toBe(DEVICE_FAILURES);
    });

    it('begins the count anew with a right password: it lasts for any number of slips', async () => {
      const owner = await flooded();

      for (let times = 0; times < 2; times += 1) {
        for (let slips = 1; slips < DEVICE_FAILURES; slips += 1) {
          expect((await attempt(owner.email, { ...wrong, token: owner.device_token })).status).toBe(401);
        }
        expect((await attempt(owner.email, { token: owner.device_token })).status).toBe(200);
      }
    });

    it('is ended by wrong passwords within the limit of the address too', async () => {
      world.clock.advance(HOUR);
      const owner = await signUpSomebody(world);
      const id = deviceIdIn(owner.device_token);

      await attempt(owner.email, { ...wrong, token: owner.device_token });
      const counted = await devicesOf(owner.account_id);
      for (let tries = 1; tries < DEVICE_FAILURES; tries += 1) {
        await attempt(owner.email, { ...wrong, token: owner.device_token });
      }

      expect(counted[id]?.failures).toBe(1);
      expect((await attempt(owner.email, { token: owner.device_token })).status).toBe(429);
    });
  });

  describe('costs and answers as none', () => {
    const comparable = ({ status, headers, body }: Answer) => ({ status, headers, body });

    const refused = async (email: string, tokens: readonly (string | undefined)[]) => {
      const answers: Answer[] = [];
      const shapes: unknown[][] = [];
      const before = await everyRow(world);
      for (const token of tokens) {
        shapes.push(await shapesDuring(world.proxy, async () => answers.push(await attempt(email, { token }))));
      }
      expect(await everyRow(world)).toEqual(before); // nothing is written or counted
      return { answers: answers.map(comparable), shapes };
    };

    it('where its token is of another account, invented, changed, or of another kind', async () => {
      const { tokens } = await holdEveryToken(world);
      const owner = await flooded();
      const other = await signUpSomebody(world);
      const bytes = Buffer.from(owner.device_token, 'base64url');
      const changed = [0, 1, 2, 20, 37, bytes.length - 1].map((at) =>
        Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))).toString('base64url'),
      );
      const presented = [
        ...HELD_KINDS.map((kind) => tokens[kind]),
        ...changed,
        other.device_token,
        owner.device_token.slice(0, -1),
        `${owner.device_token}=`,
        '',
        'x'.repeat(4096),
      ];

      const { answers, shapes } = await refused(owner.email, [undefined, ...presented]);

      expect(answers[0]).toMatchObject({ status: 429 });
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
      expect(shapes[0]).toHaveLength(1);
    });

    it('at an address without an account, within the limit and beyond it', async () => {
      world.clock.advance(HOUR);
      const owner = await signUpSomebody(world);
      const foreign = (await signUpSomebody(world)).device_token;
      const observe = (email: string) =>
        shapesDuring(world.proxy, async () => {
          for (let tries = 0; tries <= PER_ADDRESS; tries += 1) {
            await attempt(email, { ...wrong, token: foreign, changes: newSource() });
          }
        });

      const known = await observe(owner.email);
      const unknown = await observe('nobody@example.com');

      expect(known).toEqual(unknown);
      expect(known).toHaveLength(4 * PER_ADDRESS + 1);
    });

    it('where it was ended, but for one transaction that writes nothing', async () => {
      const owner = await flooded();
      const { email } = owner;
      for (let tries = 0; tries < DEVICE_FAILURES; tries += 1) {
        await attempt(email, { ...wrong, token: owner.device_token });
      }
      const { answers, shapes } = await refused(email, [undefined, owner.device_token]);

      expect(answers[0]).toMatchObject({ status: 429 });
      expect(answers[1]).toEqual(answers[0]);
      expect(shapes.map(({ length }) => length)).toEqual([1, 2]);
    });

    it('after a password reset, which ends every device', async () => {
      const owner = await signUpSomebody(world);
      const again = (await attempt(owner.email)).body;
      const reset = await resetPassword(world, await recoveryToken(world, owner.email), NEXT_PASSWORD);
      world.clock.advance(HOUR);
      await flood(owner.email);

      const { answers } = await refused(owner.email, [undefined, owner.device_token, again.device_token]);

      expect([reset.body, reset.cookies]).toEqual([{ status: 'password-changed' }, undefined]);
      expect(again.device_token).not.toBe(owner.device_token);
      expect(answers.map(({ status }) => status)).toEqual([429, 429, 429]);
    });

    it('after a change of factors that ends other sessions', async () => {
      const owner = await signUpSomebody(world);
      const { secret } = (
        await world.call(
          'enroll-totp',
          loadEvent('enroll-totp/no-body', { 'headers.authorization': `Bearer ${owner.access_token}` }),
        )
      ).body;
      const confirmed = await world.call(
        'confirm-totp',
        loadEvent('confirm-totp/json', {
          ...jsonBody({ code: totpCode(world, secret) }),
          'headers.authorization': `Bearer ${owner.access_token}`,
        }),
      );
      await flood(owner.email);

      expect(confirmed.body.session).toMatchObject({ account_id: owner.account_id });
      expect(confirmed.text).not.toContain('device_token');
      expect((await attempt(owner.email, { token: owner.device_token })).status).toBe(429);
    });
  });

  describe('with a second factor', () => {
    /** @asvs 6.3.4 */
    it('is nothing to the factor: the sign-in waits for the code, and its answer makes no device known', async () => {
      const { email, secret, session, accountId } = await openTwoFactorOwner(world);
      const { device_token: token } = session;
      world.clock.advance(HOUR);
      await flood(email);

      const waiting = await attempt(email, { token });
      const challenge = waiting.body.challenge_token;
      const refusals = [];
      for (let tries = 0; tries < 5; tries += 1) {
        const answer = await giveCode(world, wrongTotp(world, secret), {
          token: challenge,
          changes: { cookies: [`${DEVICE_COOKIE}=${token}`] },
        });
        refusals.push(answer.status);
      }
      const late = await giveCode(world, totpCode(world, secret), { token: challenge });

      expect(waiting.body).toMatchObject({ second_factor_required: true });
      expect([waiting.text.includes('device_token'), waiting.cookies]).toEqual([false, undefined]);
      expect(refusals).toEqual([400, 400, 400, 400, 400]);
      expect(late.status).toBe(400); // the challenge's own attempts are used up, on any device
      expect(Object.keys(await devicesOf(accountId))).toContain(deviceIdIn(token));
    });

    it('is known by the completed sign-in alone, and is the same one again where its token came with the password', async () => {
      const { email, secret, session, accountId } = await openTwoFactorOwner(world);
      const { device_token: token } = session;
      world.clock.advance(HOUR);

      const before = Object.keys(await devicesOf(accountId));
      const known = await attempt(email, { token });
      const unknown = await attempt(email);
      const afterPassword = Object.keys(await devicesOf(accountId));
      const completed = await giveCode(world, totpCode(world, secret), { token: known.body.challenge_token });
      world.clock.advance(STEP_SECONDS);
      const another = await giveCode(world, totpCode(world, secret), { token: unknown.body.challenge_token });

      expect(afterPassword).toEqual(before);
      expect(completed.body.device_token).toBe(token);
      expect(deviceIdIn(another.body.device_token)).not.toBe(deviceIdIn(token));
      expect(another.cookies).toEqual([expect.stringContaining(`${DEVICE_COOKIE}=${another.body.device_token};`)]);
      expect(Object.keys(await devicesOf(accountId))).toHaveLength(before.length + 1);
    });

    it('forgets its slips with the right password, though the code never comes', async () => {
      const { email, session, accountId } = await openTwoFactorOwner(world);
      const { device_token: token } = session;
      world.clock.advance(HOUR);
      await attempt(email, { ...wrong, token });
      const counted = (await devicesOf(accountId))[deviceIdIn(token)]?.failures;

      const answer = await attempt(email, { token });

      expect(answer.status).toBe(200);
      expect([counted, (await devicesOf(accountId))[deviceIdIn(token)]?.failures]).toEqual([1, 0]);
    });

    it('is not given by a reset, which leaves the factor wanted', async () => {
      const { email } = await openTwoFactorOwner(world);
      const reset = await resetPassword(world, await recoveryToken(world, email), NEXT_PASSWORD);
      world.clock.advance(HOUR);
      const answer = await attempt(email, { password: NEXT_PASSWORD });

      expect([reset.text, reset.cookies]).toEqual(['{"status":"password-changed"}', undefined]);
      expect(answer.body.second_factor_required).toBe(true);
      expect(answer.text).not.toContain('device_token');
    });

    it('added to an account ends no device where the owner keeps the other sessions', async () => {
      world.clock.advance(HOUR);
      const owner = await signUpSomebody(world);
      await addAuthenticator(world, owner);
      await flood(owner.email);

      const answer = await attempt(owner.email, { token: owner.device_token });

      expect(answer).toMatchObject({ status: 200, body: { second_factor_required: true } });
    });
  });

  describe('among others', () => {
    /** Signs in from a device of its own, a while after the one before. */
    const fromNewDevice = async (email: string): Promise<string> => {
      world.clock.advance(HOUR);
      return (await attempt(email)).body.device_token;
    };

    it('goes where a 21st comes, if it is the one that was used least recently', async () => {
      const { email, account_id: accountId, device_token: first } = await signUpSomebody(world);
      const second = await fromNewDevice(email);
      for (let count = 2; count < DEVICES_PER_ACCOUNT; count += 1) await fromNewDevice(email);
      world.clock.advance(HOUR);
      await attempt(email, { token: first }); // so the second is the least recently used
      const before = Object.keys(await devicesOf(accountId));

      const last = await fromNewDevice(email);
      const after = Object.keys(await devicesOf(accountId));

      expect([before.length, after.length]).toEqual([DEVICES_PER_ACCOUNT, DEVICES_PER_ACCOUNT]);
      expect(before.filter((id) => !after.includes(id))).toEqual([deviceIdIn(second)]);
      expect(after).toEqual(expect.arrayContaining([deviceIdIn(first), deviceIdIn(last)]));
    });

    it('that goes while its password is compared keeps no owner out, and hides no wrong password', async () => {
      const { email, secret, session, accountId } = await openTwoFactorOwner(world);
      const { device_token: token } = session;
      world.clock.advance(HOUR);
      await attempt(email, { ...wrong, token });
      const goes = (keyPrefix: string) =>
        world.proxy.interrupt({
          fits: writesTo(keyPrefix),
          meanwhile: async () => removeRows(world, 'tokens', await deviceRowsOf(world, accountId)),
        });

      goes('VERIFICATION#');
      const waiting = await attempt(email, { token });
      const completed = await giveCode(world, totpCode(world, secret), { token: waiting.body.challenge_token });
      const { device_token: next } = completed.body;
      const failures = async () =>
        (await eventsOf(world, accountId)).filter(({ type }) => type === 'sign-in-failed').length;
      const before = await failures();
      goes('ACCOUNT#');
      const refused = await attempt(email, { ...wrong, token: next });

      expect(waiting.body.second_factor_required).toBe(true);
      expect(deviceIdIn(next)).not.toBe(deviceIdIn(token));
      expect([refused.status, (await failures()) - before]).toEqual([401, 1]);
    });

    it('leaves no row of an ended one once another sign-in is complete', async () => {
      const owner = await signUpSomebody(world);
      await resetPassword(world, await recoveryToken(world, owner.email), NEXT_PASSWORD);
      world.clock.advance(HOUR);

      const answer = await attempt(owner.email, { password: NEXT_PASSWORD });

      expect(Object.keys(await devicesOf(owner.account_id))).toEqual([deviceIdIn(answer.body.device_token)]);
    });
  });

  describe('has a token that', () => {
    it('comes from complete sign-ins alone, as the contracts say', () => {
      const flows = everyRoute()
        .filter((one) => answerTextPlaces(one).some((path) => path.join('.') === 'device_token'))
        .map(({ contract }) => contract.flow);

      expect(flows.toSorted()).toEqual(['complete-sign-up', 'sign-in', 'verify-code']);
      expect(
        everyRoute().filter((one) => answerTextPlaces(one).some((path) => path.join('.') === 'session.device_token')),
      ).toEqual([]);
    });

    /** @asvs 3.3.1, 3.3.2, 3.3.3, 3.3.4 */
    it('is a cookie of this host that no script reads and no other site sends', async () => {
      world.clock.advance(HOUR);
      const { email } = await signUpSomebody(world);

      const { body, cookies } = await attempt(email);

      expect(cookies).toEqual([
        `__Host-device=${body.device_token}; Path=/; Max-Age=${DEVICE_SECONDS}; Secure; HttpOnly; SameSite=Strict`,
      ]);
    });

    it('gives nobody a session: no route takes it from the cookie', async () => {
      const { device_token: token, account_id: accountId } = await signUpSomebody(world);

      const answer = await world.call(
        'get-profile',
        loadEvent('get-profile/get', {
          'headers.authorization': undefined,
          'pathParameters.user_id': accountId,
          cookies: [`${DEVICE_COOKIE}=${token}`],
        }),
      );

      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    });

    it('is in no table and no log', async () => {
      const owner = await flooded();
      const answer = await attempt(owner.email, { token: owner.device_token });
      await attempt(owner.email, { ...wrong, token: owner.device_token });

      const secrets = { first: owner.device_token, second: answer.body.device_token };
      expect(leaksIn(await everythingStored(world), secrets)).toEqual([]);
      expect(leaksIn(world.logs, secrets)).toEqual([]);
    });

    it('is of the same device in the repeat of a lost answer, cookie included, whichever cookie the browser has by then', async () => {
      world.clock.advance(HOUR);
      const { email, account_id: accountId, device_token: other } = await signUpSomebody(world);
      const keyed = makeKeyedWorld(world);
      keyed.useKey(newKey());

      const first = await attemptAt(keyed.world, email);
      const again = await attemptAt(keyed.world, email, { changes: { cookies: [`${DEVICE_COOKIE}=${other}`] } });

      expect(again.status).toBe(200);
      expect(again.body.device_token).toBe(first.body.device_token);
      expect(again.cookies).toEqual(first.cookies);
      expect(Object.keys(await devicesOf(accountId))).toHaveLength(2);
      expect(leaksIn(await everythingStored(world), { token: first.body.device_token })).toEqual([]);
    });
  });

  describe('at a refresh', () => {
    const { refreshGraceSeconds, deviceRefreshGraceSeconds } = DEFAULTS.sessions;

    const refreshWith = (refreshToken: string, token?: string, changes: EventChanges = {}): Promise<Answer> =>
      world.call(
        'refresh-session',
        loadEvent('refresh-session/json', {
          ...jsonBody({ refresh_token: refreshToken, ...(token !== undefined && { device_token: token }) }),
          ...changes,
        }),
      );

    const refreshed = async () => {
      const owner = await signUpSomebody(world);
      const next = await refreshWith(owner.refresh_token);
      return { owner, next: next.body };
    };

    it.each([refreshGraceSeconds + 1, deviceRefreshGraceSeconds])(
      'gets the lost answer again after %d seconds, by field and by cookie, at no further call',
      async (seconds) => {
        const { owner, next } = await refreshed();
        world.clock.advance(seconds);
        const answers: Answer[] = [];
        const cookie = { cookies: [`${DEVICE_COOKIE}=${owner.device_token}`] };

        const calls = await operationsDuring(world.proxy, async () => {
          answers.push(await refreshWith(owner.refresh_token, owner.device_token));
        });
        answers.push(await refreshWith(owner.refresh_token, undefined, cookie));

        const same = [200, next.refresh_token];
        expect(answers.map(({ status, body }) => [status, body.refresh_token])).toEqual([same, same]);
        expect(calls).toEqual(['GetItem', 'UpdateItem']);
      },
    );

    it('is no device any more after that, and its repeat ends the session', async () => {
      const { owner, next } = await refreshed();
      world.clock.advance(deviceRefreshGraceSeconds + 1);

      const answer = await refreshWith(owner.refresh_token, owner.device_token);

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      expect((await refreshWith(next.refresh_token)).status).toBe(400);
    });

    it('does nothing where it is not the one that the session began on, or the new token was used', async () => {
      const { owner } = await refreshed();
      const other = (await signIn(world, owner.email, undefined, { deviceToken: null })).body.device_token;
      const used = await refreshed();
      await refreshWith(used.next.refresh_token);
      world.clock.advance(refreshGraceSeconds + 1);

      const answers = [
        await refreshWith(owner.refresh_token, other),
        await refreshWith(used.owner.refresh_token, used.owner.device_token),
      ];

      expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    });
  });
});

// Each in a service of its own, begun when the one above has ended: a function's first request connects it to the newest.
describe('a known device, in a service of its own,', () => {
  it('passes no limit of a network, and no global one', async () => {
    const perSource = { max: 2, windowSeconds: HOUR };
    const service = await startWorld({
      settings: { limits: { ...LIMITS, signIn: { ...LIMITS.signIn, perSource } } },
    });
    const { email, device_token: token } = await signUpSomebody(service);
    await floodAt(service, email);

    const statuses = [];
    for (let tries = 0; tries < 3; tries += 1) {
      statuses.push((await attemptAt(service, email, { token, changes: fromSource('192.0.2.1') })).status);
    }
    await service.close();

    expect(statuses).toEqual([200, 200, 429]);
  });

  it('is known up to 400 days after its last use, and then costs as none', async () => {
    const service = await startWorld({ settings: { limits: LIMITS } });
    const { email, device_token: token } = await signUpSomebody(service);
    service.clock.advance(DEVICE_SECONDS - 1);
    await floodAt(service, email);

    const before = await attemptAt(service, email, { ...wrong, token });
    service.clock.advance(1);
    const after = await attemptAt(service, email, { token });
    await service.close();

    expect([before.status, after.status]).toEqual([401, 429]);
  });

  it('gets in with all that sign in at the same time, also to an account of before there were devices, and there are never too many', async () => {
    const service = await startWorld({ settings: { signIn: UNCHECKED } });
    const { email, account_id: accountId } = await signUpSomebody(service);
    await removeRows(service, 'tokens', await deviceRowsOf(service, accountId));
    const statuses: Record<number, number>[] = [];
    const counts: number[] = [];

    for (let round = 0; round < 6; round += 1) {
      const answers = await Promise.all(Array.from({ length: 4 }, () => attemptAt(service, email)));
      statuses.push(statusesOf(answers));
      counts.push(Object.keys(await devicesAt(service, accountId)).length);
    }
    await service.close();

    expect(statuses).toEqual(statuses.map(() => ({ 200: 4 })));
    expect(counts).toEqual([4, 8, 12, 16, DEVICES_PER_ACCOUNT, DEVICES_PER_ACCOUNT]);
  });
});
