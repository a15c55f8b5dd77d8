import type * as z from 'zod/mini';
import type { AwsApi } from './aws-apis.ts';

/** What an operation is given. Lists of the query protocol are written out: `Name.member.1`. */
export type AwsInput = Readonly<Record<string, unknown>>;

/** One operation of a service, as far as this project reads it. */
export interface AwsOperation<Answer> {
  api: AwsApi;
  /** As the API names it. */
  name: string;
  /** What IAM has to allow for it. */
  actions: readonly [action: string, ...more: string[]];
  /** Path of an operation that is a GET; others have none. */
  path?: (input: AwsInput) => string;
  /** Of a GET: encoded, its parameters in the order of their names; none unless given. */
  query?: (input: AwsInput) => string;
  /** The part of the answer that is used. Members that AWS adds are left aside. */
  answer: z.ZodMiniType<Answer>;
}

/**
 * Why an operation has no answer that can be used:
 *
 * - `denied`: the caller lacks a permission
 * - `credentials`: there are none, or they are wrong or expired, or the clock is off
 * - `throttled`: too many calls, also after repeats
 * - `unreachable`: no answer, or the service failed
 * - `garbled`: an answer that is not what the service's model says
 * - `refused`: everything else, by the error's name
 */
export type AwsRefusal = 'denied' | 'credentials' | 'throttled' | 'unreachable' | 'garbled' | 'refused';

/** An operation has no answer. The message is AWS's own, and may name resources: it is compared and never printed. */
export class AwsRefused extends Error {
  override readonly name = 'AwsRefused';
  readonly refusal: AwsRefusal;
  /** AWS's name of the error, or the connection's. */
  readonly code: string;
  readonly operation: Pick<AwsOperation<unknown>, 'api' | 'name' | 'actions'>;

  constructor(
    operation: AwsOperation<unknown>,
    { refusal, code, message }: { refusal: AwsRefusal; code: string; message: string },
  ) {
    super(message);
    this.refusal = refusal;
    this.code = code;
    this.operation = operation;
  }
}

/** Asks AWS. @throws AwsRefused */
export type AskAws = <Answer>(
  operation: AwsOperation<Answer>,
  input?: AwsInput,
  /** Another region than the caller's own. */
  region?: string,
) => Promise<Answer>;
