import type * as z from 'zod/mini';
import type { ProblemCode } from './problems.ts';
import type { Throttle } from './throttle.ts';

/** The four tables (docs/adr/0002). */
export type TableName = 'accounts' | 'credentials' | 'tokens' | 'outbox';

/** The DynamoDB actions that a flow needs on a table; its role is made from these and nothing else. */
export type TableAction =
  | 'dynamodb:GetItem'
  | 'dynamodb:BatchGetItem'
  | 'dynamodb:Query'
  | 'dynamodb:PutItem'
  | 'dynamodb:UpdateItem'
  | 'dynamodb:DeleteItem'
  | 'dynamodb:ConditionCheckItem';

/** The first words of the partition keys that a table has: `SIGN_UP` for `SIGN_UP#…`. Each names one kind of row. */
export interface KeyWords {
  accounts: 'ACCOUNT' | 'EMAIL' | 'PHONE';
  credentials: 'ACCOUNT';
  tokens:
    | 'ACCOUNT'
    | 'LIMIT'
    | 'PENDING'
    | 'RECOVERY'
    | 'RESEND'
    | 'SERIES'
    | 'SIGN_UP'
    | 'SMS_BREAKER'
    | 'SMS_BUDGET'
    | 'SMS_SPENT'
    | 'VERIFICATION';
  /** What goes out by mail, and by SMS: a lane for each. */
  outbox: 'INTENT' | 'SMS';
}

/** The rows of a table by the first word of their partition key (`SIGN_UP` for `SIGN_UP#…`), and what may be done to them. */
export type TableAccess = {
  readonly [table in TableName]?: { readonly [firstWord in KeyWords[table]]?: readonly TableAction[] };
};

/** How a body may arrive. `form` is what the Dart `http` package makes of a `Map<String, String>`. */
export type BodyFormat = 'json' | 'form' | 'merge-patch';

/** One address that a flow answers at. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As API Gateway writes it: `{name}` is one segment, `{name+}` the rest. */
  path: string;
  /** Absent for a route without a body. */
  accepts?: readonly BodyFormat[];
  /** Whether the route may be called without a body, which is then an empty one. */
  bodyOptional?: boolean;
  /** What the documentation says of it. */
  summary: string;
  /** The schema of this route's 200 answer where it differs from the contract's. */
  answer?: z.ZodMiniType;
  /** The hosted page whose form is sent here; a browser without JavaScript is led back to it. */
  page?: string;
  /** Media type of the answer where it isn't JSON. */
  produces?: string;
}

/**
 * Who may call: anybody; a signed-in account; one that proved who it is in the last minutes; or a signed-in account for its
 * own `{user_id}` only.
 */
export type Caller = 'anyone' | 'session' | 'fresh-session' | 'own-session';

/** What an Authorization header may hold: an access token, or the challenge token of a sign-in that wants its second factor. */
export type BearerToken = 'access-token' | 'challenge-token';

/** What a function needs beside its tables. */
export interface Needs<Setting extends string = string> {
  tables: TableAccess;
  /** The settings that it reads, `sessions` or `limits.signIn`: it is given these and no others (docs/adr/0027). */
  settings?: readonly Setting[];
  /** Hashes passwords: sized by the cost of argon2, and gets its native module. */
  hashing?: boolean;
  /** Reads the keyring secret. */
  keyring?: boolean;
  /** Sends mail through SES. */
  mail?: boolean;
  /** Sends SMS through SNS. */
  sms?: boolean;
}

/** Everything that infra, the local gateway, OpenAPI and the tests know of a flow that is called over HTTP. */
export interface HttpContract<
  Request extends z.ZodMiniType = z.ZodMiniType,
  Answer extends z.ZodMiniType = z.ZodMiniType,
  By extends Caller = Caller,
  Setting extends string = string,
> extends Needs<Setting> {
  readonly trigger: 'http';
  /** The folder's name. */
  flow: string;
  routes: readonly Route[];
  caller: By;
  /**
   * What may come as bearer where anyone may call: the header is read then, and one that holds anything else is refused. Left out
   * where it is not read at all; every other caller comes with an access token.
   */
  bearer?: readonly BearerToken[];
  /** The body, field by field; absent where no route has one. */
  request?: Request;
  /** The 200 answer; absent where success is an empty 204, or something that isn't JSON. */
  answer?: Answer;
  problems: readonly ProblemCode[];
  /** What API Gateway lets through to each of the routes. */
  throttle: Throttle;
}

/** A flow that is woken by the stream of new rows of a table. */
export interface StreamContract<Setting extends string = string> extends Needs<Setting> {
  readonly trigger: 'stream';
  flow: string;
  summary: string;
  source: TableName;
  /**
   * The first words of the keys of the rows that wake it. Each word's rows are read apart from the others', so that one that is
   * held up holds up none of another word. DynamoDB lets two read a stream.
   */
  channels: readonly [KeyWords[TableName]] | readonly [KeyWords[TableName], KeyWords[TableName]];
  /** How many rows one call may bring, 1…1000. */
  batchSize: number;
}

/** The flow that Secrets Manager calls to rotate the keyring: its role may describe that secret, and put and move its versions. */
export interface RotationContract<Setting extends string = string> extends Needs<Setting> {
  readonly trigger: 'rotation';
  flow: string;
  summary: string;
}

/** The flow that API Gateway asks before every other whether a request came through CloudFront; deployed with the edge alone. */
export interface AuthorizerContract<Setting extends string = string> extends Needs<Setting> {
  readonly trigger: 'authorizer';
  flow: string;
  summary: string;
}

export type Contract = HttpContract | StreamContract | RotationContract | AuthorizerContract;

/** Whether the Authorization header is read, so that a malformed one is refused, and not passed over. */
export const readsAuthorization = ({ caller, bearer }: Pick<HttpContract, 'caller' | 'bearer'>): boolean =>
  caller !== 'anyone' || bearer !== undefined;

/** Declares a flow over HTTP; the types of its request, its answer, its caller and its settings are kept. */
export const httpContract = <
  const By extends Caller,
  Request extends z.ZodMiniType = never,
  Answer extends z.ZodMiniType = never,
  const Setting extends string = never,
>(
  contract: Omit<HttpContract<Request, Answer, By, Setting>, 'trigger'>,
): HttpContract<Request, Answer, By, Setting> => ({ trigger: 'http', ...contract });

/** Declares a flow that a stream wakes. */
export const streamContract = <const Setting extends string = never>(
  contract: Omit<StreamContract<Setting>, 'trigger'>,
): StreamContract<Setting> => ({
  trigger: 'stream',
  ...contract,
});

/** Declares the flow that rotates the keyring. */
export const rotationContract = <const Setting extends string = never>(
  contract: Omit<RotationContract<Setting>, 'trigger'>,
): RotationContract<Setting> => ({
  trigger: 'rotation',
  ...contract,
});

/** Declares the flow that guards the API behind CloudFront. */
export const authorizerContract = <const Setting extends string = never>(
  contract: Omit<AuthorizerContract<Setting>, 'trigger'>,
): AuthorizerContract<Setting> => ({
  trigger: 'authorizer',
  ...contract,
});

/** The problems that the HTTP layer itself can answer at any route, before or around the flow. */
export const LAYER_PROBLEMS = ['internal', 'unavailable', 'invalid-request'] as const satisfies readonly ProblemCode[];

/** The further one of a route whose method is not safe: pages of other origins may not call it. */
export const UNSAFE_PROBLEMS = ['not-allowed'] as const satisfies readonly ProblemCode[];

/** The further ones of a route that takes a body. */
export const BODY_PROBLEMS = [
  ...UNSAFE_PROBLEMS,
  'body-too-large',
  'unsupported-media-type',
] as const satisfies readonly ProblemCode[];
