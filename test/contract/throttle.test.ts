import { describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import type { Contract, HttpContract } from '../../shared/contract/contract.ts';
import { HASHING, SENDING, STATIC, UNMATCHED } from '../../shared/contract/throttle.ts';
import { parseSettings, type Settings } from '../../shared/settings/settings.ts';

const contracts = (Object.values(manifest) as Contract[]).filter(
  (contract): contract is HttpContract => contract.trigger === 'http',
);

const { limits } = parseSettings({
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
});

/** Counts mail as it is sent, and no request. */
const OF_DELIVERY = 'mailToMailbox';

/** Counts what an owner does in a fresh session, by the account: no flood of strangers meets it. */
const OF_OWNERS = 'update-profile';

/** The settings' limits that each flow counts in. */
const LIMITS_OF_FLOWS: Readonly<Record<string, readonly Exclude<keyof Settings['limits'], typeof OF_DELIVERY>[]>> = {
  'sign-up': ['signUp'],
  'sign-in': ['signIn'],
  'request-recovery': ['requestRecovery'],
  'request-sign-in-link': ['requestSignInLink'],
  'request-verification': ['requestVerification', 'accountVerification', 'ownerVerification'],
};

/** API Gateway's quota of an account in a region. @see API Gateway developer guide, "Quotas" */
const ACCOUNT = { ratePerSecond: 10_000, burst: 5_000 };

/** Lambda's quota of an account in a region. @see Lambda developer guide, "Lambda quotas" */
const CONCURRENT_FUNCTIONS = 1_000;

const routesOf = (throttled: readonly HttpContract[]): number =>
  throttled.reduce((sum, { routes }) => sum + routes.length, 0);

const globalRatePerSecond = (flow: string): number =>
  (LIMITS_OF_FLOWS[flow] ?? []).reduce((sum, name) => {
    const { max, windowSeconds } = limits[name].global;
    return sum + max / windowSeconds;
  }, 0);

describe('the throttles at the gateway', () => {
  it.each(contracts)('let $flow have requests, and not all that the account may have', ({ throttle }) => {
    expect(throttle.ratePerSecond).toBeGreaterThan(0);
    expect(throttle.burst).toBeGreaterThan(0);
    expect(throttle.ratePerSecond).toBeLessThanOrEqual(ACCOUNT.ratePerSecond / 10);
    expect(throttle.burst).toBeLessThanOrEqual(ACCOUNT.burst / 10);
  });

  it('are compared with every flow that counts its requests', () => {
    const counting = contracts.filter(({ tables }) => tables.tokens?.LIMIT).map(({ flow }) => flow);

    expect([...Object.keys(LIMITS_OF_FLOWS), OF_OWNERS].toSorted()).toEqual(counting.toSorted());
    const counted = [...Object.values(LIMITS_OF_FLOWS).flat(), OF_DELIVERY];
    expect(counted.toSorted()).toEqual(Object.keys(limits).toSorted());
  });

  it.each(contracts.filter(({ flow }) => LIMITS_OF_FLOWS[flow]))(
    "leave it to $flow's own limit to refuse, which says when to come again",
    ({ flow, throttle }) => {
      const ownRatePerSecond = globalRatePerSecond(flow);

      expect(ownRatePerSecond).toBeGreaterThan(0);
      expect(throttle.ratePerSecond).toBeGreaterThan(1.2 * ownRatePerSecond);
    },
  );

  /** @asvs 15.2.2 */
  it('hold every flow that hashes, and no other, to what hashing costs', () => {
    const hashing = contracts.filter(({ throttle }) => throttle === HASHING).map(({ flow }) => flow);

    expect(hashing).toEqual(contracts.filter((contract) => contract.hashing).map(({ flow }) => flow));
  });

  it('leave functions for the others when every route that hashes is flooded', () => {
    const flooded = routesOf(contracts.filter(({ throttle }) => throttle === HASHING)) * HASHING.burst;

    expect(flooded).toBeLessThanOrEqual(0.8 * CONCURRENT_FUNCTIONS);
  });

  it('hold every flow that counts its requests because a message may follow to what the refusals cost', () => {
    const sending = contracts.filter(({ throttle }) => throttle === SENDING).map(({ flow }) => flow);

    const counting = contracts.filter(
      // A mail of sign-in follows a right password alone, and its route is held to what hashing costs.
      ({ flow, tables, throttle }) =>
        flow !== OF_OWNERS && throttle !== HASHING && tables.tokens?.LIMIT && tables.outbox,
    );
    expect(sending).toEqual(counting.map(({ flow }) => flow));
  });

  it('let one flow, which reads no table and no secret, answer what no route takes, at a rate that costs little', () => {
    const unmatched = contracts.filter((contract) => contract.unmatched);

    expect(unmatched.map(({ flow, tables, keyring }) => ({ flow, tables, keyring }))).toEqual([
      { flow: 'serve-pages', tables: {}, keyring: undefined },
    ]);
    expect(UNMATCHED.ratePerSecond).toBeLessThanOrEqual(STATIC.ratePerSecond / 10);
    expect(UNMATCHED.burst).toBeLessThanOrEqual(STATIC.burst / 10);
  });

  it('call static only what reads and writes no table', () => {
    const fixed = contracts.filter(({ throttle }) => throttle === STATIC);

    expect(fixed.map(({ tables }) => tables)).toEqual(fixed.map(() => ({})));
    expect(fixed).not.toEqual([]);
  });
});
