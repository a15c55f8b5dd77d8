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
  underPressure,
  untilPressure,
} from './rate-limit.ts';
import { networkTiers } from './source-network.ts';

/** Limits per window for each dimension. The limit per source is that of one IPv4 address or IPv6 /64; wider networks have multiples. */
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

/**
 * What lets a request go on where the limit of its identifier refuses: writes on conditions that only its owner can meet. Networks
 * and the total are counted and refuse all the same.
 */
export type IdentifierPass = readonly Write[];

/** The counter of one window, by the MAC of what is counted. */
const limitRow = defineRow({
  table: 'tokens',
  word: 'LIMIT',
  sortKey: () => 'LIMIT',
  shape: { used: z.int(), expiresAtEpochSeconds: z.int() },
});

/** Counts one in a window; the condition fails when none is left, and there is none where the window refuses nothing. */
export const spendWindowWrite = ({
  key,
  max,
  endsAtEpochSeconds,
}: Pick<LimitWindow, 'key' | 'max' | 'endsAtEpochSeconds'>): Write => {
  const { or, lacks, below } = limitRow.when;
  return limitRow.upsertWrite(
    limitRow.key(key),
    { set: { expiresAtEpochSeconds: endsAtEpochSeconds }, add: { used: 1 } },
    max === null ? undefined : or(lacks('used'), below('used', max)),
  );
};

/** The limits of one flow. */
export interface Limits {
  /**
   * Counts the request in every counter before any other work, successful or not. When one counter refuses, the
   * others are unchanged.
   * @returns `null` when the request may go on
   * @throws StoreUnavailable
   */
  spend(request: CountedRequest): Promise<LimitExceeded | null>;
  /**
   * Like `spend`, for a request that may have a pass. It is looked at only where the identifier's limit alone refuses; one whose
   * conditions don't hold leaves the refusal as it is.
   * @returns whether the pass was used
   * @throws StoreUnavailable
   */
  spendOrPass(
    request: Omit<CountedRequest, 'writes'>,
    pass: IdentifierPass | null,
  ): Promise<{ exceeded: LimitExceeded | null; isPassed: boolean }>;
  /**
   * Like `spend`, for writes with conditions of their own.
   * @returns on failure, the counters that refused, or `null` and the refusal of each of the other writes
   * @throws StoreUnavailable
   */
  spendWith(request: CountedRequest): Promise<SpendResult>;
}

/** The counters of one request. */
interface RequestWindows {
  /** The identifier's; none where the flow counts none. */
  own: readonly LimitWindow[];
  networks: readonly LimitWindow[];
  global: LimitWindow;
}

const isAny = (windows: readonly LimitWindow[], dimension: LimitDimension): boolean =>
  windows.some(({ policy }) => policy.dimension === dimension);

const areAll = (windows: readonly LimitWindow[], dimensions: readonly LimitDimension[]): boolean =>
  windows.every(({ policy }) => dimensions.includes(policy.dimension));

/** Result of counting together with conditional writes. */
type SpendResult =
  | { won: true }
  | { won: false; exceeded: LimitExceeded | null; refusals: readonly ({ current: Item | null } | null)[] };

/**
 * Makes the limits of a flow. Keys are HMACs, so the table does not reveal who was counted.
 *
 * @param sparesFresh whether networks that have hardly spent anything pass the global maximum: a flood from other networks must
 *   not keep an owner from signing in. Only for flows whose costs are bounded elsewhere (docs/adr/0034)
 */
export const makeLimits = ({
  flow,
  numbers,
  sparesFresh,
  dynamo,
  keyring,
  clock,
  randomness,
}: {
  flow: string;
  numbers: LimitNumbers;
  sparesFresh: boolean;
  dynamo: Dynamo;
  keyring: Keyring;
  clock: Clock;
  randomness: Randomness;
}): Limits => {
  const windowFor = (
    dimension: LimitDimension,
    counted: string,
    { max, windowSeconds }: { max: number; windowSeconds: number },
    name = `${flow}/${dimension}`,
  ) =>
    limitWindow({
      policy: { name, dimension, max, windowSeconds },
      keyDigest: keyring.hmac('limit-key', `${name}/${counted}`),
      shard: dimension === 'global' ? randomness.integer(GLOBAL_LIMIT_SHARDS) : null,
      nowSeconds: clock.nowSeconds(),
    });

  /** One for each network that the source is in; each size has counters of its own. */
  const sourceWindows = (sourceNetwork: string): LimitWindow[] =>
    networkTiers(sourceNetwork).map(({ network, sources }) => {
      const { max, windowSeconds } = numbers.perSource;
      const [, size] = sources === 1 ? [] : network.split('/');
      const name = `${flow}/source${size === undefined ? '' : `-${size}`}`;
      return windowFor('source', network, { max: max * sources, windowSeconds }, name);
    });

  const attempt = async (windows: readonly LimitWindow[], writes: readonly Write[]) => {
    const result = await dynamo.transact([...windows.map(spendWindowWrite), ...writes]);
    if (result.won) return { won: true as const };
    return {
      won: false as const,
      refusing: windows.filter((_, index) => result.refusals[index]),
      refusals: result.refusals.slice(windows.length),
    };
  };

  const windowsOf = ({ identifier, sourceNetwork }: Omit<CountedRequest, 'writes'>): RequestWindows => {
    const { perIdentifier } = numbers;
    if ((perIdentifier === undefined) !== (identifier === undefined))
      throw new Error('an identifier is counted or is not');
    return {
      own: perIdentifier && identifier !== undefined ? [windowFor('identifier', identifier, perIdentifier)] : [],
      networks: sourceWindows(sourceNetwork),
      global: windowFor('global', '', numbers.global),
    };
  };

  /** Under pressure those who spend most are refused first (docs/adr/0034). */
  const attemptUnderPressure = ({ own, networks, global }: RequestWindows, writes: readonly Write[]) =>
    attempt([...own, ...networks.map(underPressure), sparesFresh ? { ...global, max: null } : global], writes);

  const count = async (windows: RequestWindows, writes: readonly Write[]) => {
    const { own, networks, global } = windows;
    const result = await attempt([...own, ...networks, untilPressure(global)], writes);
    const isPressureAlone = !result.won && !result.refusals.some(Boolean) && areAll(result.refusing, ['global']);
    return isPressureAlone ? attemptUnderPressure(windows, writes) : result;
  };

  const exceededBy = (refusing: readonly LimitWindow[]): LimitExceeded | null =>
    refusing.length > 0 ? limitExceeded(refusing, clock.nowSeconds()) : null;

  const spendWith: Limits['spendWith'] = async ({ writes = [], ...request }) => {
    const result = await count(windowsOf(request), writes);
    if (result.won) return { won: true };
    const { refusing, refusals } = result;
    return { won: false, exceeded: exceededBy(refusing), refusals };
  };

  return {
    spendWith,
    spendOrPass: async (request, pass) => {
      const windows = windowsOf(request);
      const first = await count(windows, []);
      if (first.won) return { exceeded: null, isPassed: false };
      const refused = { exceeded: exceededBy(first.refusing), isPassed: false };
      const isOwnAlone = isAny(first.refusing, 'identifier') && areAll(first.refusing, ['identifier', 'global']);
      if (!pass || !isOwnAlone) return refused;
      const others = { ...windows, own: [] };
      const isUnderPressure = isAny(first.refusing, 'global');
      const second = await (isUnderPressure ? attemptUnderPressure(others, pass) : count(others, pass));
      if (second.won) return { exceeded: null, isPassed: true };
      return second.refusals.some(Boolean) ? refused : { exceeded: exceededBy(second.refusing), isPassed: false };
    },
    spend: async (request) => {
      const result = await spendWith(request);
      if (result.won) return null;
      if (!result.exceeded) throw new Error('a write beside the counters was refused');
      return result.exceeded;
    },
  };
};

const provide =
  <Name extends string>(flow: string, name: Name, sparesFresh = false) =>
  (scope: Scope & Ports & { settings: { limits: Readonly<Record<Name, LimitNumbers>> } }): Limits =>
    makeLimits({ ...scope, flow, sparesFresh, numbers: scope.settings.limits[name] });

/** What these cost is bounded by route throttles, mail by what goes to one address, and SMS to owners by the day's money. */
const SPARES_FRESH = true;

/** By the name of their numbers among the settings. What they count is stored under the flow's. */
export const provideLimits = {
  signUp: provide('sign-up', 'signUp'),
  signIn: provide('sign-in', 'signIn', SPARES_FRESH),
  requestVerification: provide('request-verification', 'requestVerification'),
  accountVerification: provide('account-verification', 'accountVerification'),
  ownerVerification: provide('owner-verification', 'ownerVerification', SPARES_FRESH),
  requestRecovery: provide('request-recovery', 'requestRecovery', SPARES_FRESH),
};
