import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import { type Captcha, provideCaptcha } from '../captcha/captcha.ts';
import type { CaptchaAttempt } from '../captcha/captcha-attempt.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import type { IdentifierPass, Spent } from './identifier-pass.ts';
import { spendWindowWrite } from './limit-counter.ts';
import { type LimitExceeded, type LimitWindow, limitExceeded, underPressure, untilPressure } from './rate-limit.ts';
import { areAll, isAny, type LimitNumbers, makeRequestWindows, type RequestWindows } from './request-windows.ts';

/** A request that is counted. */
interface CountedRequest {
  /** Canonical, so that another spelling doesn't get a counter of its own. Left out where the flow counts none. */
  identifier?: string;
  /** Network of the caller's address. */
  sourceNetwork: string;
  /** What it shows of its client, where strangers may be asked; `null` for a caller whose device is known, who never is. */
  captcha: CaptchaAttempt | null;
  /** Writes in the same transaction as the counters: none happens when a limit refuses. */
  writes?: readonly Write[];
}

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
   * Like `spend`, for a request that may have passes. They are looked at in order, and only where the identifier's limit alone
   * refuses; those whose conditions don't hold leave the refusal as it is.
   * @throws StoreUnavailable
   */
  spendOrPass<By>(request: Omit<CountedRequest, 'writes'>, passes: readonly IdentifierPass<By>[]): Promise<Spent<By>>;
  /**
   * Like `spend`, for writes with conditions of their own.
   * @returns on failure, the counters that refused, or `null` and the refusal of each of the other writes
   * @throws StoreUnavailable
   */
  spendWith(request: CountedRequest): Promise<SpendResult>;
}

/** Result of counting together with conditional writes. */
type SpendResult =
  | { won: true }
  | { won: false; exceeded: LimitExceeded | null; refusals: readonly ({ current: Item | null } | null)[] };

/**
 * Makes the limits of a flow. Keys are HMACs, so the table does not reveal who was counted.
 *
 * @param sparesFresh whether networks that have hardly spent anything pass the global maximum: a flood from other networks must
 *   not keep an owner from signing in. Only for flows whose costs are bounded elsewhere (docs/adr/0034)
 * @param captcha asked for, always or near a limit; `null` where none is (docs/adr/0040)
 */
export const makeLimits = ({
  flow,
  numbers,
  sparesFresh,
  captcha = null,
  dynamo,
  keyring,
  clock,
  randomness,
}: {
  flow: string;
  numbers: LimitNumbers;
  sparesFresh: boolean;
  captcha?: Captcha | null;
  dynamo: Dynamo;
  keyring: Keyring;
  clock: Clock;
  randomness: Randomness;
}): Limits => {
  const windowsOf = makeRequestWindows({ flow, numbers, keyring, clock, randomness });

  const attempt = async (windows: readonly LimitWindow[], writes: readonly Write[]) => {
    const result = await dynamo.transact([...windows.map(spendWindowWrite), ...writes]);
    if (result.won) return { won: true as const };
    return {
      won: false as const,
      refusing: windows.filter((_, index) => result.refusals[index]),
      refusals: result.refusals.slice(windows.length),
    };
  };

  /** Under pressure those who spend most are refused first (docs/adr/0034). */
  const attemptUnderPressure = ({ own, networks, global }: RequestWindows, writes: readonly Write[]) =>
    attempt([...own, ...networks.map(underPressure), sparesFresh ? { ...global, max: null } : global], writes);

  const countFreely = async (windows: RequestWindows, writes: readonly Write[]) => {
    const { own, networks, global } = windows;
    const result = await attempt([...own, ...networks, untilPressure(global)], writes);
    const isPressureAlone = !result.won && !result.refusals.some(Boolean) && areAll(result.refusing, ['global']);
    return isPressureAlone ? attemptUnderPressure(windows, writes) : result;
  };

  /** Whether a limit is near is what its counter's own condition says, so nothing is read for it. */
  const count = async (windows: RequestWindows, writes: readonly Write[], shown: CaptchaAttempt | null) => {
    if (!captcha || !shown) return countFreely(windows, writes);
    if (captcha.asksFirst(shown)) {
      await captcha.require(shown);
      return countFreely(windows, writes);
    }
    const { own, networks, global } = windows;
    const result = await attempt([...own, ...networks, global].map(untilPressure), writes);
    if (result.won || result.refusing.length === 0) return result;
    await captcha.require(shown);
    return isAny(result.refusing, 'global') ? attemptUnderPressure(windows, writes) : countFreely(windows, writes);
  };

  const exceededBy = (refusing: readonly LimitWindow[]): LimitExceeded | null =>
    refusing.length > 0 ? limitExceeded(refusing, clock.nowSeconds()) : null;

  const spendWith: Limits['spendWith'] = async ({ writes = [], captcha: shown, ...request }) => {
    const result = await count(windowsOf(request), writes, shown);
    if (result.won) return { won: true };
    const { refusing, refusals } = result;
    return { won: false, exceeded: exceededBy(refusing), refusals };
  };

  return {
    spendWith,
    spendOrPass: async ({ captcha: shown, ...request }, passes) => {
      const windows = windowsOf(request);
      const first = await count(windows, [], shown);
      if (first.won) return { exceeded: null, isPassable: false, passedBy: null };
      const isPassable = isAny(first.refusing, 'identifier') && areAll(first.refusing, ['identifier', 'global']);
      const refused = { exceeded: exceededBy(first.refusing), isPassable, passedBy: null };
      if (!isPassable) return refused;
      const others = { ...windows, own: [] };
      const isUnderPressure = isAny(first.refusing, 'global');
      for (const findPass of passes) {
        const pass = await findPass();
        if (!pass) continue;
        const { by, writes } = pass;
        const second = await (isUnderPressure ? attemptUnderPressure(others, writes) : countFreely(others, writes));
        if (second.won) return { exceeded: null, isPassable, passedBy: by };
        const isOthers = !second.refusals.some(Boolean); // networks or the total refuse: no pass is for them
        if (isOthers) return { exceeded: exceededBy(second.refusing), isPassable: false, passedBy: null };
      }
      return refused;
    },
    spend: async (request) => {
      const result = await spendWith(request);
      if (result.won) return null;
      if (!result.exceeded) throw new Error('a write beside the counters was refused');
      return result.exceeded;
    },
  };
};

/** Of callers past the password. */
const provide =
  <Name extends string>(flow: string, name: Name, sparesFresh = false) =>
  (scope: Scope & Ports & { settings: { limits: Readonly<Record<Name, LimitNumbers>> } }): Limits =>
    makeLimits({ ...scope, flow, sparesFresh, numbers: scope.settings.limits[name] });

/** Of strangers, who may be asked for a captcha. */
const provideOfStrangers =
  <Name extends string>(flow: string, name: Name, sparesFresh = false) =>
  (scope: Scope<'captcha'> & Ports & { settings: { limits: Readonly<Record<Name, LimitNumbers>> } }): Limits =>
    makeLimits({
      ...scope,
      flow,
      sparesFresh,
      captcha: scope.use(provideCaptcha),
      numbers: scope.settings.limits[name],
    });

/** What these cost is bounded by route throttles, mail by what goes to one address, and SMS to owners by the day's money. */
const SPARES_FRESH = true;

/** By the name of their numbers among the settings. What they count is stored under the flow's. */
export const provideLimits = {
  signUp: provideOfStrangers('sign-up', 'signUp'),
  signIn: provideOfStrangers('sign-in', 'signIn', SPARES_FRESH),
  requestVerification: provideOfStrangers('request-verification', 'requestVerification'),
  accountVerification: provide('account-verification', 'accountVerification'),
  ownerVerification: provide('owner-verification', 'ownerVerification', SPARES_FRESH),
  requestRecovery: provideOfStrangers('request-recovery', 'requestRecovery', SPARES_FRESH),
  requestSignInLink: provideOfStrangers('request-sign-in-link', 'requestSignInLink', SPARES_FRESH),
};
