import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromSource } from '../support/fixtures.ts';
import {
  askForSignInLink,
  GOOD_PASSWORD,
  recoveryTokens,
  resetPassword,
  signIn,
  signInLinks,
} from '../support/journeys.ts';
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
 * Limits of all strangers together that this flood really uses up: against the defaults it would take a hundred thousand requests. Those of an
 * address and of a source are the defaults.
 */
const EVERYBODY = {
  signIn: { global: { max: 200, windowSeconds: 15 * MINUTE } },
  requestRecovery: { global: { max: 400, windowSeconds: HOUR } },
  requestSignInLink: { global: { max: 400, windowSeconds: HOUR } },
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
  recoveryCodes: string[];
}

/** What the owner got, who came for the first time at a minute of the flood. */
interface Visit {
  minute: number;
  /** Of a sign-in with neither a device token nor a link. */
  onNewDevice: number;
  /** Of the sign-ins that have one, second factor included. */
  onKnownDevice: number;
  byLink: number;
  reset: number;
  /** Of a sign-in after the reset, from the device that was known before it. */
  onEndedDevice: number;
  /** Of a sign-in with the new password, by a link of after the reset: it has ended every device and link. */
  afterReset: number;
}

const NEW_PASSWORD = 'a much better horse';

/**
 * An hour in which strangers, each request from a network of its own, flood the addresses and the numbers of owners, their country and
 * what all have together. Each owner comes once, in a minute of the hour, and until then only strangers have asked for anything of
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

  /** A minute of the strangers: against each owner who has not come yet, and against all. */
  const floodAMinute = async (besieged: readonly Owner[]): Promise<void> => {
    for (const { email, phoneNumber } of besieged) {
      count('sign-in', await signIn(world, email, 'a wrong password', { deviceToken: null, changes: stranger() }));
      count(
        'sign-in',
        await signIn(world, email, 'another wrong password', { deviceToken: null, changes: stranger() }),
      );
      count('request-recovery', await askRecovery(email, stranger()));
      count('request-sign-in-link', await askForSignInLink(world, email, stranger()));
      count('request-verification', await askForCode(world, { phoneNumber, changes: stranger() }));
    }
    for (let other = 0; other < 3; other += 1) {
      count('request-verification', await askForCode(world, { phoneNumber: newNumber(), changes: stranger() }));
    }
    await world.deliver();
  };

  /** Completes a sign-in: with a code by SMS, or with a recovery code. @returns the status of the last answer there was */
  const complete = async (owner: Owner, signedIn: Answer, by: 'sms' | 'recovery code'): Promise<number> => {
    if (signedIn.status !== 200) return signedIn.status;
    const { phoneNumber, source, recoveryCodes } = owner;
    const token = signedIn.body.challenge_token;
    if (by === 'recovery code') {
      return (await giveCode(world, recoveryCodes.shift() ?? '', { token, changes: source })).status;
    }
    await askForCode(world, { token, changes: source });
    await world.deliver();
    return (await giveCode(world, await newestCode(world, phoneNumber), { token, changes: source })).status;
  };

  /** The owner signs in from a device that the account doesn't know, by the newest link, after having asked for one as well. */
  const signInByLink = async ({ email, source }: Owner, password: string): Promise<Answer> => {
    await askForSignInLink(world, email, source);
    await world.deliver();
    const [linkToken] = await signInLinks(world, email);
    return signIn(world, email, password, { linkToken, deviceToken: null, changes: source });
  };

  /**
   * The owner signs in with password and second factor, from the known device and from a new one, recovers the account by mail and
   * signs in once more. Within a minute one number gets one SMS, so it is for either device by turns, and the other has a recovery code.
   */
  const visit = async (owner: Owner): Promise<Visit> => {
    const { minute, email, source, deviceToken } = owner;
    const [ofKnown, ofNew] =
      minute % 2 === 0 ? (['sms', 'recovery code'] as const) : (['recovery code', 'sms'] as const);
    const onNewDevice = await signIn(world, email, GOOD_PASSWORD, { deviceToken: null, changes: source });
    const signedIn = await signIn(world, email, GOOD_PASSWORD, { deviceToken, changes: source });
    const onKnownDevice = await complete(owner, signedIn, ofKnown);
    const byLink = await complete(owner, await signInByLink(owner, GOOD_PASSWORD), ofNew);

    await askRecovery(email, source);
    await world.deliver();
    const [resetToken = ''] = await recoveryTokens(world, email);
    const reset = await resetPassword(world, resetToken, NEW_PASSWORD);
    const onEndedDevice = await signIn(world, email, NEW_PASSWORD, { deviceToken, changes: source });
    const afterReset = await complete(owner, await signInByLink(owner, NEW_PASSWORD), 'recovery code');
    return {
      minute,
      onNewDevice: onNewDevice.status,
      onKnownDevice,
      byLink,
      reset: reset.status,
      onEndedDevice: onEndedDevice.status,
      afterReset,
    };
  };

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: EVERYBODY, sms: SMS } });
    for (let minute = 0; minute < MINUTES; minute += EVERY_MINUTES) {
      const { email, phoneNumber, recoveryCodes } = await accountWithSms(world, { agoSeconds: HOUR });
      const { device_token: deviceToken } = await signInBySms(world, email, phoneNumber);
      owners.push({ minute, email, phoneNumber, source: fromSource(`192.0.${minute}.7`), deviceToken, recoveryCodes });
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
    expect(those(({ onEndedDevice }) => onEndedDevice === 429).length).toBeGreaterThan(0);
  });

  it('keeps no owner from signing in with password and second factor on a known device', () => {
    expect(those(({ onKnownDevice }) => onKnownDevice !== 200)).toEqual([]);
  });

  it('keeps no owner from signing in with password and second factor on a new device, by a mailed link', () => {
    expect(those(({ byLink }) => byLink !== 200)).toEqual([]);
  });

  it('keeps no owner from signing in after a reset, which ends the known devices', () => {
    expect(those(({ afterReset }) => afterReset !== 200)).toEqual([]);
  });

  it('keeps no owner from recovering the account by mail', () => {
    expect(those(({ reset }) => reset !== 200)).toEqual([]);
  });
});
