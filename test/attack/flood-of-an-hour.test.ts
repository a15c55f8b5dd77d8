import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromSource } from '../support/fixtures.ts';
import { GOOD_PASSWORD, recoveryTokens, resetPassword, signIn } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { newestCode } from '../support/second-factor.ts';
import { accountWithSms, askForCode, giveCode, logged, newNumber, signInBySms } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MINUTES = 60;

/** An owner comes in each so many minutes; in every minute with `npm run verify`. */
const { floodEveryMinutes: EVERY_MINUTES = 7 } = globalThis as { floodEveryMinutes?: number };

/**
 * Limits for everybody that this flood really uses up: against the defaults it would take a hundred thousand requests. Those of an
 * address and of a source are the defaults.
 */
const EVERYBODY = {
  signIn: { global: { max: 200, windowSeconds: 15 * MINUTE } },
  requestRecovery: { global: { max: 400, windowSeconds: HOUR } },
  requestVerification: { global: { max: 100, windowSeconds: HOUR } },
};
/** Eight dollars of it are the strangers', which is eighty SMS to Austria. */
const SMS = { dailyBudgetUsd: 32, pricesUsd: { AT: 0.1 } };

interface Owner {
  /** Of the flood, in which the owner comes. */
  minute: number;
  email: string;
  phoneNumber: string;
  /** The network of the owner, in which no stranger is. */
  source: ReturnType<typeof fromSource>;
  deviceToken: string;
}

/** What the owner got, who came for the first time at a minute of the flood. */
interface Visit {
  minute: number;
  /** Of a sign-in without the device token. */
  onNewDevice: number;
  signIn: number;
  code: number;
  reset: number;
}

/**
 * An hour in which strangers, each request from a network of its own, flood the addresses and the numbers of owners, their country and
 * what everybody has together. Each owner comes once, in a minute of the hour, and until then only strangers have asked for anything of
 * theirs. API Gateway's throttle and Lambda's concurrency have no part in it (docs/security.md).
 */
describe('an hour of flood from every network there is', () => {
  let world: World;
  let strangers = 0;
  const owners: Owner[] = [];
  const visits: Visit[] = [];
  const refused: Record<string, number> = {};

  const stranger = () => {
    strangers += 1;
    return fromSource(`${11 + (strangers >> 14)}.${(strangers >> 6) & 255}.${strangers & 63}.5`);
  };

  const askRecovery = (email: string, source: object): Promise<Answer> =>
    world.call('request-recovery', loadEvent('request-recovery/json', { ...jsonBody({ email }), ...source }));

  const count = (flow: string, { status }: Answer): void => {
    if (status === 429) refused[flow] = (refused[flow] ?? 0) + 1;
  };

  /** A minute of the strangers: against each owner who has not come yet, and against everybody. */
  const floodAMinute = async (besieged: readonly Owner[]): Promise<void> => {
    for (const { email, phoneNumber } of besieged) {
      count('sign-in', await signIn(world, email, 'a wrong password', { changes: stranger() }));
      count('sign-in', await signIn(world, email, 'another wrong password', { changes: stranger() }));
      count('request-recovery', await askRecovery(email, stranger()));
      count('request-verification', await askForCode(world, { phoneNumber, changes: stranger() }));
    }
    for (let other = 0; other < 3; other += 1) {
      count('request-verification', await askForCode(world, { phoneNumber: newNumber(), changes: stranger() }));
    }
    await world.deliver();
  };

  /** The owner signs in with password and SMS from the known device, and recovers the account by mail. */
  const visit = async ({ minute, email, phoneNumber, source, deviceToken }: Owner): Promise<Visit> => {
    const onNewDevice = await signIn(world, email, GOOD_PASSWORD, { changes: source });
    const signedIn = await signIn(world, email, GOOD_PASSWORD, { deviceToken, changes: source });
    const token = signedIn.body.challenge_token;
    await askForCode(world, { token, changes: source });
    await world.deliver();
    const code = await giveCode(world, await newestCode(world, phoneNumber), { token, changes: source });

    await askRecovery(email, source);
    await world.deliver();
    const [resetToken = ''] = await recoveryTokens(world, email);
    const reset = await resetPassword(world, resetToken, 'a much better horse');
    return { minute, onNewDevice: onNewDevice.status, signIn: signedIn.status, code: code.status, reset: reset.status };
  };

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: EVERYBODY, sms: SMS } });
    for (let minute = 0; minute < MINUTES; minute += EVERY_MINUTES) {
      const { email, phoneNumber } = await accountWithSms(world, { agoSeconds: HOUR });
      const { device_token: deviceToken } = await signInBySms(world, email, phoneNumber);
      owners.push({ minute, email, phoneNumber, source: fromSource(`192.0.${minute}.7`), deviceToken });
    }
    world.clock.advance(DAY); // what was spent to open the accounts is over

    for (let now = 0; now < MINUTES; now += 1) {
      await floodAMinute(owners.filter(({ minute }) => minute >= now));
      for (const owner of owners.filter(({ minute }) => minute === now)) visits.push(await visit(owner));
      world.clock.advance(MINUTE);
    }
  }, 600_000);
  afterAll(() => world.close());

  const those = (what: (visit: Visit) => boolean): number[] => visits.filter(what).map(({ minute }) => minute);

  it('uses up what strangers can use up: the flood is one', () => {
    expect(visits).toHaveLength(owners.length);
    expect(refused).toEqual({ 'sign-in': expect.any(Number), 'request-verification': expect.any(Number) });
    expect(logged(world, 'sms-refused').length).toBeGreaterThan(0);
    expect(those(({ onNewDevice }) => onNewDevice === 429).length).toBeGreaterThan(0);
  });

  it('keeps no owner from signing in with password and SMS on a known device', () => {
    expect(those(({ signIn: password, code }) => password !== 200 || code !== 200)).toEqual([]);
  });

  it('keeps no owner from recovering the account by mail', () => {
    expect(those(({ reset }) => reset !== 200)).toEqual([]);
  });
});
