import type { Keyring } from '../keyring/keyring.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { GLOBAL_LIMIT_SHARDS, type LimitDimension, type LimitWindow, limitWindow } from './rate-limit.ts';
import { networkTiers } from './source-network.ts';

/** Limits per window for each dimension. The limit per source is that of one IPv4 address or IPv6 /64; wider networks have multiples. */
export interface LimitNumbers {
  /** Absent where strangers who know an identifier could use up what is its owner's. */
  perIdentifier?: { max: number; windowSeconds: number } | undefined;
  perSource: { max: number; windowSeconds: number };
  global: { max: number; windowSeconds: number };
}

/** The counters of one request. */
export interface RequestWindows {
  /** The identifier's; none where the flow counts none. */
  own: readonly LimitWindow[];
  networks: readonly LimitWindow[];
  global: LimitWindow;
}

/** Whether one of the windows counts by this. */
export const isAny = (windows: readonly LimitWindow[], dimension: LimitDimension): boolean =>
  windows.some(({ policy }) => policy.dimension === dimension);

/** Whether each of the windows counts by one of these. */
export const areAll = (windows: readonly LimitWindow[], dimensions: readonly LimitDimension[]): boolean =>
  windows.every(({ policy }) => dimensions.includes(policy.dimension));

/** Makes what tells the counters of a flow's requests. Keys are HMACs, so the table does not reveal who was counted. */
export const makeRequestWindows = ({
  flow,
  numbers,
  keyring,
  clock,
  randomness,
}: {
  flow: string;
  numbers: LimitNumbers;
  keyring: Keyring;
  clock: Clock;
  randomness: Randomness;
}): ((request: { identifier?: string; sourceNetwork: string }) => RequestWindows) => {
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

  return ({ identifier, sourceNetwork }) => {
    const { perIdentifier } = numbers;
    if ((perIdentifier === undefined) !== (identifier === undefined))
      throw new Error('an identifier is counted or is not');
    return {
      own: perIdentifier && identifier !== undefined ? [windowFor('identifier', identifier, perIdentifier)] : [],
      networks: sourceWindows(sourceNetwork),
      global: windowFor('global', '', numbers.global),
    };
  };
};
