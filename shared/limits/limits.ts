import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import { rowStamp } from '../aws/row.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import {
  GLOBAL_LIMIT_SHARDS,
  type LimitDimension,
  type LimitExceeded,
  type LimitWindow,
  limitExceeded,
  limitWindow,
} from './rate-limit.ts';

/** How often each may happen within a window. */
export interface LimitNumbers {
  perIdentifier: { max: number; windowSeconds: number };
  perSource: { max: number; windowSeconds: number };
  global: { max: number; windowSeconds: number };
}

/** A request that is counted. */
export interface CountedRequest {
  /** Canonical, so that no other spelling has a counter of its own. */
  identifier: string;
  /** The network that the request came from. */
  sourceNetwork: string;
  /** Writes that belong to the request: they happen if it is let through, and not otherwise. */
  writes?: readonly Write[];
}

/** The write that spends one of a window; loses when none is left. */
export const spendWindowWrite = ({ key, max, endsAtEpochSeconds }: LimitWindow): Write => ({
  kind: 'update',
  table: 'tokens',
  key: { pk: `LIMIT#${key}`, sk: 'LIMIT' },
  update: 'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end ADD #used :one',
  condition: 'attribute_not_exists(#used) OR #used < :max',
  values: { ':version': rowStamp.schemaVersion, ':end': endsAtEpochSeconds, ':one': 1, ':max': max },
});

/** The counters of one flow. */
export interface Limits {
  /**
   * Spends one of each counter, before any other work and whatever comes of the request; a request that one counter
   * refuses costs no other.
   * @returns `null` when the request may go on
   */
  spend(request: CountedRequest): Promise<LimitExceeded | null>;
  /**
   * The same for writes whose own conditions may refuse as well.
   * @returns where it was not won: which counters refused, or `null` and what each of the writes beside them refused with
   */
  spendWith(request: CountedRequest): Promise<SpendResult>;
}

/** What came of spending beside writes with conditions of their own. */
export type SpendResult =
  | { won: true }
  | { won: false; exceeded: LimitExceeded | null; refusals: readonly ({ current: Item | null } | null)[] };

/** Opens the counters of a flow. Keys are HMACs: the table doesn't say who was counted. */
export const makeLimits = ({
  flow,
  numbers,
  dynamo,
  keyring,
  clock,
  randomness,
}: {
  flow: string;
  numbers: LimitNumbers;
  dynamo: Dynamo;
  keyring: Keyring;
  clock: Clock;
  randomness: Randomness;
}): Limits => {
  const windowFor = (
    dimension: LimitDimension,
    counted: string,
    { max, windowSeconds }: { max: number; windowSeconds: number },
  ) => {
    const name = `${flow}/${dimension}`;
    return limitWindow({
      policy: { name, dimension, max, windowSeconds },
      keyDigest: keyring.hmac('limit-key', `${name}/${counted}`),
      shard: dimension === 'global' ? randomness.integer(GLOBAL_LIMIT_SHARDS) : null,
      nowSeconds: clock.nowSeconds(),
    });
  };

  const spendWith: Limits['spendWith'] = async ({ identifier, sourceNetwork, writes = [] }) => {
    const windows = [
      windowFor('identifier', identifier, numbers.perIdentifier),
      windowFor('source', sourceNetwork, numbers.perSource),
      windowFor('global', '', numbers.global),
    ];
    const result = await dynamo.transact([...windows.map(spendWindowWrite), ...writes]);
    if (result.won) return result;
    const refusing = windows.filter((_, index) => result.refusals[index]);
    return {
      won: false,
      exceeded: refusing.length > 0 ? limitExceeded(refusing, clock.nowSeconds()) : null,
      refusals: result.refusals.slice(windows.length),
    };
  };

  return {
    spendWith,
    spend: async (request) => {
      const result = await spendWith(request);
      if (result.won) return null;
      if (!result.exceeded) throw new Error('a write beside the counters was refused');
      return result.exceeded;
    },
  };
};

const provide =
  <Name extends string>(flow: string, name: Name) =>
  (scope: Scope & Ports & { settings: { limits: Readonly<Record<Name, LimitNumbers>> } }): Limits =>
    makeLimits({ ...scope, flow, numbers: scope.settings.limits[name] });

/** By the name of their numbers among the settings. What they count is stored under the flow's. */
export const provideLimits = {
  signUp: provide('sign-up', 'signUp'),
  signIn: provide('sign-in', 'signIn'),
  requestVerification: provide('request-verification', 'requestVerification'),
  accountVerification: provide('account-verification', 'accountVerification'),
  requestRecovery: provide('request-recovery', 'requestRecovery'),
};
