import type * as z from 'zod/mini';
import type { TrustedCallers } from '../callers/trusted-callers.ts';
import type { Caller, HttpContract } from '../contract/contract.ts';
import { keptFor } from '../contract/kept-answers.ts';
import { isBindable } from '../contract/step-up.ts';
import { makeAnswerOnce } from '../idempotency/answer-once.ts';
import { refuseInFlight } from '../idempotency/refuse-in-flight.ts';
import type { Runtime } from '../lambda/runtime.ts';
import {
  openScope,
  type PortOpeners,
  type Ports,
  type Provided,
  type Provider,
  provideIn,
  type Satisfied,
  type Scope,
  type ScopeWith,
} from '../lambda/scope.ts';
import type { AccessTokenVerifier } from '../session/access-tokens.ts';
import { refuseUsedProof } from '../session/refuse-used-proof.ts';
import type { RepeatTokens } from '../session/repeat-tokens.ts';
import type { StepUps } from '../session/step-ups.ts';
import type { HttpSetting } from '../settings/contract-settings.ts';
import type { SettingName, SettingsOf } from '../settings/setting-names.ts';
import type { FlowRequest } from './flow-request.ts';
import { type HttpHandler, httpHandler } from './http-handler.ts';
import { type DocumentAnswer, documentReply, noContent, notModified, ok, type Reply } from './reply.ts';

/** What a contract lets a flow answer; without a schema of it, nothing or a document. */
// biome-ignore lint/suspicious/noConfusingVoidType: a flow that answers nothing returns void
export type AnswerOf<Answer extends z.ZodMiniType> = [Answer] extends [never] ? DocumentAnswer | void : z.input<Answer>;

/** An answer with what goes beside it. */
export interface Output<Answer> {
  answer: Answer;
  headers?: Record<string, string>;
  cookies?: string[];
}

/** Instead of an answer that the caller has already. */
export interface NotModified {
  notModified: true;
  /** With its ETag. */
  headers: { etag: string };
}

type FieldsOf<Answer> = Answer extends unknown ? keyof Answer : never;

/** Fails where an answer has a field that the contract doesn't know: one that is optional and misspelt, or a leak. */
type NothingElse<Given, Allowed> = [Exclude<FieldsOf<Given>, FieldsOf<Allowed>>] extends [never]
  ? unknown
  : { 'the contract names no such field of the answer': Exclude<FieldsOf<Given>, FieldsOf<Allowed>> };

type BodyOf<Request extends z.ZodMiniType> = [Request] extends [never] ? undefined : z.infer<Request>;

/** Fails where the caller has to be signed in and nothing tells who that is. */
type Authenticated<By extends Caller, Used> = By extends 'anyone'
  ? unknown
  : Used extends { accessTokens: Provider<never, AccessTokenVerifier> }
    ? unknown
    : { 'a caller who has to be signed in needs among the uses': 'accessTokens' };

/** What every handler declares. */
interface Declaration<
  Request extends z.ZodMiniType,
  Answer extends z.ZodMiniType,
  By extends Caller,
  Setting extends SettingName,
  Openers extends PortOpeners,
  Used,
  Input,
  Result,
> {
  contract: HttpContract<Request, Answer, By, Setting>;
  /** The ports that the providers need; left out where they need none. */
  ports?: Openers;
  /** What the flow is given. Where the caller has to be signed in, `accessTokens` is among it; where the contract names fresh-session-required, `stepUps`. */
  uses: Used;
  flow: (deps: NoInfer<Provided<Used>>) => (input: Input) => Result | Promise<Result>;
  /** What the flow is asked, of a request that is authenticated and held against the contract. */
  input: (
    request: FlowRequest<BodyOf<Request>, By>,
    deps: NoInfer<Provided<Used>>,
  ) => NoInfer<Input> | Promise<NoInfer<Input>>;
}

const replyTo = ({ answer: schema }: HttpContract, output: Output<unknown> | NotModified): Reply => {
  if ('notModified' in output) return notModified(output.headers);
  const { answer, headers, cookies } = output;
  if (answer === undefined) return noContent(headers);
  const reply = schema ? ok(answer, headers) : documentReply(answer as DocumentAnswer, headers);
  return cookies ? { ...reply, cookies } : reply;
};

/** The ports of a flow that keeps answers, which may take proofs bound to a request too. */
const refusingRepeats = ({ dynamo: openDynamo, ...others }: PortOpeners): PortOpeners => ({
  ...others,
  ...(openDynamo && { dynamo: async (scope) => refuseUsedProof(refuseInFlight(await openDynamo(scope))) }),
});

/** @returns `null` for a flow that keeps no answers */
const answerOnceOf = ({
  scope,
  contract,
  ...parts
}: Omit<Parameters<typeof makeAnswerOnce>[0], 'scope' | 'keptFor'> & { scope: unknown; contract: HttpContract }) => {
  const kept = keptFor(contract);
  // Such a flow has both ports: each contract that keeps answers names the table and the keyring.
  return kept && makeAnswerOnce({ ...parts, contract, keptFor: kept, scope: scope as Scope & Ports });
};

/** What the compiler holds a declaration to, beside the types of its parts. */
type Sound<
  By extends Caller,
  Setting extends SettingName,
  Openers extends PortOpeners,
  Used,
  Given,
  Answer extends z.ZodMiniType,
> = NothingElse<Given, AnswerOf<Answer>> &
  Satisfied<Used, ScopeWith<SettingsOf<HttpSetting | Setting>, Openers>> &
  Authenticated<By, Used>;

/**
 * Makes a Lambda handler of a flow, out of what its folder declares. The flow's answer, or what `output` makes of it, has to be what
 * the contract says, field for field, and its `Deps` what `uses` makes: anything else doesn't compile.
 */
export function serve<
  Request extends z.ZodMiniType,
  Answer extends z.ZodMiniType,
  By extends Caller,
  Setting extends SettingName,
  Input,
  Result,
  Given extends AnswerOf<Answer>,
  Used extends object,
  Openers extends PortOpeners = object,
>(
  declaration: Declaration<Request, Answer, By, Setting, Openers, Used, Input, Result> & {
    /** The answer and what goes beside it, where the flow's result isn't the answer itself. */
    output: (result: Result) => Output<Given> | NotModified;
  } & Sound<NoInfer<By>, NoInfer<Setting>, NoInfer<Openers>, NoInfer<Used>, NoInfer<Given>, NoInfer<Answer>>,
): (runtime: Runtime<SettingsOf<HttpSetting | Setting>>) => HttpHandler;
export function serve<
  Request extends z.ZodMiniType,
  Answer extends z.ZodMiniType,
  By extends Caller,
  Setting extends SettingName,
  Input,
  Result extends AnswerOf<Answer>,
  Used extends object,
  Openers extends PortOpeners = object,
>(
  declaration: Declaration<Request, Answer, By, Setting, Openers, Used, Input, Result> & {
    output?: undefined;
  } & Sound<NoInfer<By>, NoInfer<Setting>, NoInfer<Openers>, NoInfer<Used>, NoInfer<Result>, NoInfer<Answer>>,
): (runtime: Runtime<SettingsOf<HttpSetting | Setting>>) => HttpHandler;
export function serve({
  contract,
  ports = {},
  uses,
  flow,
  input,
  output = (answer) => ({ answer }),
}: Declaration<
  z.ZodMiniType,
  z.ZodMiniType,
  Caller,
  SettingName,
  PortOpeners,
  Readonly<Record<string, Provider>>,
  unknown,
  unknown
> & {
  output?: ((result: unknown) => Output<unknown> | NotModified) | undefined;
}): (runtime: Runtime<SettingsOf<HttpSetting>>) => HttpHandler {
  return (runtime) =>
    httpHandler({
      contract,
      runtime,
      connect: async () => {
        const scope = await openScope(runtime, keptFor(contract) === null ? ports : refusingRepeats(ports));
        const deps = await provideIn(scope as unknown as Scope, uses);
        const { accessTokens, repeatTokens, stepUps, trustedCallers } = deps as {
          accessTokens?: AccessTokenVerifier;
          repeatTokens?: RepeatTokens;
          stepUps?: StepUps;
          trustedCallers?: TrustedCallers | null;
        };
        if (isBindable(contract) !== (stepUps !== undefined)) {
          throw new Error(
            `${contract.flow}: stepUps is among the uses where the contract names fresh-session-required, and only there`,
          );
        }
        const answer = flow(deps);
        const toOutput = output as (result: unknown) => Output<unknown>; // only reads are not modified, and they keep nothing
        const once = answerOnceOf({ scope, contract, toOutput, repeatTokens });
        return {
          ...(accessTokens && { accessTokens }),
          ...(trustedCallers && { trustedCallers }),
          ...(stepUps && { stepUps }),
          answer: async (request) => {
            const { idempotencyKey } = request;
            if (!once || idempotencyKey === null) {
              return replyTo(contract, output(await answer(await input(request, deps))));
            }
            const attempt = once({ ...request, idempotencyKey });
            // Before a kept answer is looked for: it reads bearer tokens, and a dead one is refused.
            const asked = await input({ ...request, keeper: request.proof.keeping(attempt.keeper) }, deps);
            return replyTo(contract, await attempt.answer(async () => toOutput(await answer(asked))));
          },
        };
      },
    });
}
