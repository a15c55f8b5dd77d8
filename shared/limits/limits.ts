import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
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

/** Limits per window for each dimension. */
export interface LimitNumbers {
  /** Absent where strangers who know an identifier could use up what is its owner's. */
  perIdentifier?: { max: number; windowSeconds: number } | undefined;
  perSource: { max: number; windowSeconds: number };
  global: { max: number; windowSeconds: number };
}

/** A request that is counted. */
interface CountedRequest {
  /** Canonical, so that another spelling doesn't get a counter of its own. Left out where the flow counts none. */
  identifier?: string;
  /** Network of the caller's address. */
  sourceNetwork: string;
  /** Writes in the same transaction as the counters: none happens when a limit refuses. */
  writes?: readonly Write[];
}

/** The counter of one window, by the MAC of what is counted. */
const limitRow = defineRow({
  table: 'tokens',
  word: 'LIMIT',
  sortKey: () => 'LIMIT',
  shape: { used: z.int(), expiresAtEpochSeconds: z.int() },
});

/** Counts one in a window; the condition fails when none is left. */
export const spendWindowWrite = ({ key, max, endsAtEpochSeconds }: LimitWindow): Write => {
  const { or, lacks, below } = limitRow.when;
  return limitRow.upsertWrite(
    limitRow.key(key),
    { set: { expiresAtEpochSeconds: endsAtEpochSeconds }, add: { used: 1 } },
    or(lacks('used'), below('used', max)),
  );
};

/** The limits of one flow. */
export interface Limits {
  /**
   * Counts the request in every counter before any other work, successful or not. When one counter refuses, the
   * others are unchanged.
   * @returns `null` when the request may go on
   */
  spend(request: CountedRequest): Promise<LimitExceeded | null>;
  /**
   * Like `spend`, for writes with conditions of their own.
   * @returns on failure, the counters that refused, or `null` and the refusal of each of the other writes
   */
  spendWith(request: CountedRequest): Promise<SpendResult>;
}

/** Result of counting together with conditional writes. */
type SpendResult =
  | { won: true }
  | { won: false; exceeded: LimitExceeded | null; refusals: readonly ({ current: Item | null } | null)[] };

/** Makes the limits of a flow. Keys are HMACs, so the table does not reveal who was counted. */
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
    const { perIdentifier } = numbers;
    if ((perIdentifier === undefined) !== (identifier === undefined))
      throw new Error('an identifier is counted or is not');
    const windows = [
      ...(perIdentifier && identifier !== undefined ? [windowFor('identifier', identifier, perIdentifier)] : []),
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
