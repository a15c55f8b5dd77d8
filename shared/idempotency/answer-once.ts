import { type Account, makeAccounts } from '../account/accounts.ts';
import { isSessionCurrent, type Principal } from '../account/principal.ts';
import type { HttpContract } from '../contract/contract.ts';
import type { KeptFor } from '../contract/kept-answers.ts';
import { Problem, problem } from '../contract/problems.ts';
import { DEVICE_COOKIE } from '../devices/device-cookie.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { sourceNetwork } from '../limits/source-network.ts';
import type { RepeatTokens } from '../session/repeat-tokens.ts';
import type { AnswerKeeper, OfAccount, TokensPlace } from './answer-keeper.ts';
import { isOfCaller, keptSeconds, REPEATED_TOKENS_SECONDS } from './kept-answer-policy.ts';
import { type AnswerPlace, type FoundAnswer, type KeptOutput, makeKeptAnswers } from './kept-answers.ts';

/** The parts of a request that say whose it is, and what a repeat has in common with it. */
interface KeyedRequest {
  idempotencyKey: string;
  routeKey: string;
  method: string;
  path: string;
  query: Readonly<Record<string, string | undefined>>;
  body: unknown;
  ifMatch: string | undefined;
  cookies: Readonly<Record<string, string>>;
  principal: Principal | null;
  bearer: string | null;
  sourceIp: string;
}

/** A request that has a key. */
interface KeyedAttempt {
  keeper: AnswerKeeper;
  /**
   * Answers as the first time, or acts.
   * @throws problem idempotency-mismatch, conflict, and what `act` throws
   */
  answer(act: () => Promise<KeptOutput>): Promise<KeptOutput>;
}

/** Begins the answer of a request with a key. */
export type AnswerOnce = (request: KeyedRequest) => KeyedAttempt;

/** The prefix of cookies that this service sets; others say nothing about a request. */
const OWN_COOKIE = '__Host-';

/** A sign-in elsewhere in the browser may have set the device's cookie between a request and its repeat. */
const isOfRequest = (cookie: string): boolean => cookie.startsWith(OWN_COOKIE) && cookie !== DEVICE_COOKIE;

const HELD = { answer: 'sign-in', member: 'session', 'access-token': 'access-token' } as const satisfies Record<
  TokensPlace,
  string
>;

/**
 * Who calls, so that a key means nothing in another's hands: the session, the bearer token, or the token in the body that proves
 * the caller. Other callers are told apart by network: a stranger who guesses a key must not keep another's request from acting.
 */
const callerOf = (
  { credential }: Pick<HttpContract, 'credential'>,
  { principal, bearer, body, sourceIp }: KeyedRequest,
): string => {
  if (principal) return `session/${principal.accountId}/${principal.sessionId}`;
  if (bearer !== null) return `bearer/${bearer}`;
  if (credential === undefined) return `source/${sourceNetwork(sourceIp)}`;
  return `credential/${String((body as Readonly<Record<string, unknown>>)[credential])}`;
};

const contentOf = ({ method, path, query, body, ifMatch, cookies }: KeyedRequest): unknown => {
  const own = Object.entries(cookies).filter(([name]) => isOfRequest(name));
  return [method, path, query, body ?? null, ifMatch ?? null, own];
};

/** What a repeat is checked by, and nothing else of a session or a caller. */
const named = ({ accountId, epoch, sessionId }: OfAccount): OfAccount => ({
  accountId,
  epoch,
  ...(sessionId !== undefined && { sessionId }),
});

/**
 * Makes what answers a repeated request once: the answer is kept in the action's own transaction, so there is never one
 * without the other. Only successes are kept.
 *
 * @param toOutput what the HTTP layer makes of a flow's result
 * @param repeatTokens left out by flows whose answers hold no tokens
 * @see draft-ietf-httpapi-idempotency-key-header §2.6
 */
export const makeAnswerOnce = ({
  scope,
  contract,
  keptFor,
  toOutput,
  repeatTokens,
}: {
  scope: Scope & Ports;
  contract: Pick<HttpContract, 'credential'>;
  keptFor: KeptFor;
  toOutput: (result: unknown) => KeptOutput;
  repeatTokens: RepeatTokens | undefined;
}): AnswerOnce => {
  const { clock } = scope;
  const keptAnswers = scope.use(makeKeptAnswers);
  const accounts = scope.use(makeAccounts);

  /** What goes beside an answer may be made of its tokens, such as a cookie, so the whole output is made again. */
  const withTokens = ({ answer, ...beside }: KeptOutput, tokens: object, isMember: boolean): KeptOutput =>
    isMember
      ? { ...beside, answer: { ...(answer as object), session: tokens } }
      : { ...beside, ...toOutput({ ...(answer as object), ...tokens }) };

  const tokensFor = async (of: OfAccount, { madeAtMs, content }: FoundAnswer, account: Promise<Account | null>) => {
    const isRecent = clock.nowMs() - madeAtMs <= REPEATED_TOKENS_SECONDS * 1000;
    if (!content?.tokens || !isRecent || of.sessionId === undefined || !repeatTokens) return null;
    return repeatTokens({ ...of, sessionId: of.sessionId, held: HELD[content.tokens], account });
  };

  /** @returns `null` where it may not be given any more: then the flow refuses in its own words, or acts anew */
  const repeat = async (found: FoundAnswer, principal: Principal | null): Promise<KeptOutput | null> => {
    if (!found.content) return null;
    const { output, of, tokens } = found.content;
    if (!of) return output;
    const reading = accounts.find(of.accountId);
    const [account, made] = await Promise.all([reading, tokensFor(of, found, reading)]);
    if (!isSessionCurrent(account, { sessionId: '', ...of })) return null;
    if (made) return isOfCaller(of, principal, tokens) ? withTokens(output, made, tokens === 'member') : null;
    // Secrets are shown again without the tokens, to a caller who has living ones.
    const isShown = tokens === null || (tokens === 'member' && keptFor === 'minutes' && principal !== null);
    return isShown && isOfCaller(of, principal, null) ? output : null;
  };

  /** A problem may come from the success of another request with the same key, begun at the same time. */
  const refusal = async (place: AnswerPlace, seen: FoundAnswer | null, own: Problem): Promise<Problem> => {
    const now = await keptAnswers.find(place);
    if (!now || now.madeAtMs === seen?.madeAtMs) return own;
    return problem(now.content ? 'conflict' : 'idempotency-mismatch');
  };

  return (request) => {
    const { idempotencyKey, routeKey, principal } = request;
    const caller = callerOf(contract, request);
    const place = keptAnswers.placeOf({ caller, routeKey, idempotencyKey, content: contentOf(request) });
    let seen: FoundAnswer | null = null;
    return {
      keeper: {
        isAsked: true,
        keepWrites: ({ result, of, tokens = null }) => {
          const content = { output: toOutput(result), of: of ? named(of) : null, tokens };
          return [keptAnswers.keepWrite(place, content, keptSeconds(keptFor, tokens), seen)];
        },
      },
      answer: async (act) => {
        seen = await keptAnswers.find(place);
        if (seen && !seen.content) throw problem('idempotency-mismatch');
        const repeated = seen && (await repeat(seen, principal));
        if (repeated) return repeated;
        try {
          return await act();
        } catch (error) {
          throw error instanceof Problem ? await refusal(place, seen, error) : error;
        }
      },
    };
  };
};
