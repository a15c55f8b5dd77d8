import type * as z from 'zod/mini';
import type { Architecture } from './architecture.ts';
import { withCaptcha } from './captcha.ts';
import { type KeptFor, withKeptAnswers } from './kept-answers.ts';
import type { KeyWords } from './key-words.ts';
import type { ProblemCode } from './problems.ts';
import type { PublicCache } from './public-cache.ts';
import { withStepUp } from './step-up.ts';
import type { Documented } from './subjects.ts';
import type { Throttle } from './throttle.ts';
import { withTrustedCallers } from './trusted-callers.ts';

/** The four tables (docs/adr/0002). */
export type TableName = 'accounts' | 'credentials' | 'tokens' | 'outbox';

/** DynamoDB actions that a flow may use on a table; its role has no others. */
type TableAction =
  | 'dynamodb:GetItem'
  | 'dynamodb:BatchGetItem'
  | 'dynamodb:Query'
  | 'dynamodb:PutItem'
  | 'dynamodb:UpdateItem'
  | 'dynamodb:DeleteItem'
  | 'dynamodb:ConditionCheckItem';

/** Allowed actions on a table's rows, by the first word of their partition key (`SIGN_UP` for `SIGN_UP#…`). */
type TableAccess = {
  readonly [table in TableName]?: { readonly [firstWord in KeyWords[table]]?: readonly TableAction[] };
};

/** Media types of a body. `form` is what the Dart `http` package makes of a `Map<String, String>`. */
export type BodyFormat = 'json' | 'form' | 'merge-patch';

/** A method and path of a flow. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** In API Gateway's syntax: `{name}` is one segment, `{name+}` the rest. */
  path: string;
  /** Absent for a route without a body. */
  accepts?: readonly BodyFormat[];
  /** Whether a missing body counts as an empty one. */
  bodyOptional?: boolean;
  /** What it does, in the API's documentation: the first sentence is its summary there. */
  summary: string;
  /** Schema of this route's 200 answer if it differs from the contract's. */
  answer?: z.ZodMiniType;
  /** The hosted page with this route's form; browsers without JavaScript are redirected to it. */
  page?: string;
  /** Media type of the answer if it isn't JSON. */
  produces?: string;
  /** For how long its 200 answer may be kept, in caches of others too; left out where no cache may keep it. */
  cache?: PublicCache;
}

/**
 * Required session: none; a signed-in account; one that authenticated within the last minutes; or a signed-in account,
 * for its own `{user_id}` only.
 */
export type Caller = 'anyone' | 'session' | 'fresh-session' | 'own-session';

/** Accepted bearer tokens: an access token, or the challenge token of a sign-in that requires a second factor. */
export type BearerToken = 'access-token' | 'challenge-token';

/** Resources of a function beside its tables. */
interface Needs<Setting extends string = string> {
  tables: TableAccess;
  /** The settings that it reads, `sessions` or `limits.signIn`: it is given these and no others (docs/adr/0027). */
  settings?: readonly Setting[];
  /** Hashes passwords: gets memory for argon2 and its native module. */
  hashing?: boolean;
  /** The processor of its function; arm64 if left out. */
  architecture?: Architecture;
  /** Reads the keyring's secret. */
  keyring?: boolean;
  /** Sends mail through SES. */
  mail?: boolean;
  /** Sends SMS through SNS. */
  sms?: boolean;
}

/** What the API's document says of a parameter in the address's query. */
interface QueryParameter {
  description: string;
  /** Of JSON Schema. */
  schema: Readonly<Record<string, unknown>>;
  example: unknown;
}

/** Contract of a flow over HTTP, for infra, the local gateway, OpenAPI and tests. */
export interface HttpContract<
  Request extends z.ZodMiniType = z.ZodMiniType,
  Answer extends z.ZodMiniType = z.ZodMiniType,
  By extends Caller = Caller,
  Setting extends string = string,
> extends Needs<Setting>,
    Documented {
  readonly trigger: 'http';
  /** Name of the folder. */
  flow: string;
  routes: readonly Route[];
  caller: By;
  /** Bearer tokens that a flow without a required session takes, and nothing else in the header; left out, it is ignored. The others take access tokens. */
  bearer?: readonly BearerToken[];
  /** Schema of the body; absent where no route has one. */
  request?: Request;
  /** What its routes take behind the question mark, by name, none of it required; the flow's handler holds it against a schema. */
  query?: Readonly<Record<string, QueryParameter>>;
  /** The 200 answer; absent where success is an empty 204, or something that isn't JSON. */
  answer?: Answer;
  /**
   * For unsafe methods. `minutes` for an answer that shows secrets or is soon out of date; `null` where a repeat without a key
   * does no harm and gets the same answer, so nothing is kept. `day` if left out.
   */
  keepsAnswerFor?: KeptFor | null;
  /** The member of the body that proves a caller without a bearer token: a one-time token. */
  credential?: string;
  /** Whether strangers can flood it: their requests may have to come with a captcha's response (docs/adr/0040), a member of the body. */
  captcha?: boolean;
  problems: readonly ProblemCode[];
  /** API Gateway's throttle for each of the routes. */
  throttle: Throttle;
  /** With what problems it answers requests that no route takes, throttled as `UNMATCHED`; one flow does (docs/adr/0042). */
  unmatched?: readonly ProblemCode[];
}

/** Contract of a flow that a table's stream triggers. */
export interface StreamContract<Setting extends string = string> extends Needs<Setting> {
  readonly trigger: 'stream';
  flow: string;
  summary: string;
  source: TableName;
  /**
   * First words of the rows that trigger the flow, one per channel. Each has a stream filter of its own, so that an
   * outage of one channel doesn't delay another. A DynamoDB stream supports two readers.
   */
  channels: readonly [KeyWords[TableName]] | readonly [KeyWords[TableName], KeyWords[TableName]];
  /** Rows per call, 1…1000. */
  batchSize: number;
}

/** Contract of the flow that rotates the keyring: its role may describe the keyring's secret, and write and stage versions. */
export interface RotationContract<Setting extends string = string> extends Needs<Setting> {
  readonly trigger: 'rotation';
  flow: string;
  summary: string;
}

/** Contract of the Lambda authorizer that checks whether a request came through CloudFront; deployed only with the edge. */
export interface AuthorizerContract<Setting extends string = string> extends Needs<Setting> {
  readonly trigger: 'authorizer';
  flow: string;
  summary: string;
}

/** Topics whose messages a flow can be for: what SES tells of sent mail. */
export type TopicName = 'mail-events';

/** Contract of a flow that the messages of an SNS topic trigger. */
export interface TopicContract<Setting extends string = string> extends Needs<Setting> {
  readonly trigger: 'topic';
  flow: string;
  summary: string;
  source: TopicName;
}

/** Contract of a flow that EventBridge Scheduler triggers. */
export interface ScheduleContract<Setting extends string = string> extends Needs<Setting> {
  readonly trigger: 'schedule';
  flow: string;
  summary: string;
  /** In UTC. @see EventBridge Scheduler user guide, "Schedule types" */
  schedule: `rate(${string})` | `cron(${string})`;
  /**
   * Whether it is the canary (docs/adr/0079): deployed only where the operator has not switched it off, called as often as the settings
   * say, and granted the rows of the canary's account alone.
   */
  canary?: boolean;
}

export type Contract =
  | HttpContract
  | StreamContract
  | RotationContract
  | AuthorizerContract
  | TopicContract
  | ScheduleContract;

/** Declares a flow over HTTP; the types of its request, its answer, its caller and its settings are kept. */
export const httpContract = <
  const By extends Caller,
  Request extends z.ZodMiniType = never,
  Answer extends z.ZodMiniType = never,
  const Setting extends string = never,
>(
  contract: Omit<HttpContract<Request, Answer, By, Setting>, 'trigger'>,
): HttpContract<Request, Answer, By, Setting> =>
  withStepUp(withKeptAnswers(withTrustedCallers(withCaptcha({ trigger: 'http', ...contract }))));

export const streamContract = <const Setting extends string = never>(
  contract: Omit<StreamContract<Setting>, 'trigger'>,
): StreamContract<Setting> => ({
  trigger: 'stream',
  ...contract,
});

export const rotationContract = <const Setting extends string = never>(
  contract: Omit<RotationContract<Setting>, 'trigger'>,
): RotationContract<Setting> => ({
  trigger: 'rotation',
  ...contract,
});

export const authorizerContract = <const Setting extends string = never>(
  contract: Omit<AuthorizerContract<Setting>, 'trigger'>,
): AuthorizerContract<Setting> => ({
  trigger: 'authorizer',
  ...contract,
});

export const topicContract = <const Setting extends string = never>(
  contract: Omit<TopicContract<Setting>, 'trigger'>,
): TopicContract<Setting> => ({
  trigger: 'topic',
  ...contract,
});

export const scheduleContract = <const Setting extends string = never>(
  contract: Omit<ScheduleContract<Setting>, 'trigger'>,
): ScheduleContract<Setting> => ({
  trigger: 'schedule',
  ...contract,
});

/** Problems that the HTTP layer can answer on every route. */
export const LAYER_PROBLEMS = ['internal', 'unavailable', 'invalid-request'] as const satisfies readonly ProblemCode[];

/** Added for routes with an unsafe method (RFC 9110 §9.2.1), which pages of other origins may not call. */
export const UNSAFE_PROBLEMS = ['not-allowed'] as const satisfies readonly ProblemCode[];

/** Added for routes with a body. */
export const BODY_PROBLEMS = [
  ...UNSAFE_PROBLEMS,
  'body-too-large',
  'unsupported-media-type',
] as const satisfies readonly ProblemCode[];
