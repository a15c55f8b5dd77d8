/**
 * Protocol between the benchmark and a commit under test. The benchmark knows nothing else of a commit, so it can
 * compare any two, however differently they are built.
 *
 * A commit has a program, `bench/target.ts`. It is started at the root of its checkout with the commit's own Node and
 * an IPC channel. Its environment holds AWS's own variables only: region, credentials, and `AWS_ENDPOINT_URL_DYNAMODB`,
 * `…_SES` and `…_SNS`. It sends a {@link Greeting}, then answers each {@link Question} with a {@link Reply}, one at a
 * time, in order. Its settings keep limits, budgets and waits out of the way of 100,000 requests from one address.
 */

/** Raised by a change that an older target would misunderstand. */
export const PROTOCOL_VERSION = 1;

/** The first message of a target. */
export interface Greeting {
  protocol: number;
}

/** Where a target keeps its data. Several processes of one target share it. */
export interface Place {
  /** Prefix of the target's tables; another target has other tables in the same database. */
  tablePrefix: string;
  /** Absolute path of a directory of its own, for keys and the like. */
  scratch: string;
}

/** A function as it would be deployed. */
export interface BundledFunction {
  /** The flow's name. */
  name: string;
  /** Absolute path of the bundle, a CommonJS module. */
  file: string;
  /** Its whole environment besides AWS's variables. */
  environment: Record<string, string>;
}

export type Question =
  /** Build the bundles from the sources. */
  | { ask: 'build' }
  /** Create missing tables and keys, and list the functions. Asked before any process serves. */
  | { ask: 'prepare'; place: Place }
  /** Load the bundles of all flows with a route or a stream, and serve the routes on 127.0.0.1, with `GET /empty` for a handler that does nothing. */
  | { ask: 'serve'; place: Place }
  /** CPU time of this process so far, all threads. */
  | { ask: 'cpu' }
  /** Memory, after a garbage collection where `gc` is exposed. */
  | { ask: 'memory' }
  /** Do bare work as the flows do it: password hashes, two at once; or signatures of access tokens. */
  | { ask: 'work'; what: Work; count: number }
  /** Return the intents put into the outbox since this process was last asked. */
  | { ask: 'collect' }
  /** Deliver collected intents in one call of the stream's functions. */
  | { ask: 'deliver'; messages: readonly unknown[] };

export type Work = 'hash' | 'signature';

/** The answer to each question. */
export interface Answers {
  build: null;
  prepare: { functions: BundledFunction[] };
  serve: { port: number };
  cpu: { milliseconds: number };
  memory: { rssBytes: number; heapBytes: number };
  work: null;
  /** Opaque to the benchmark, which only hands them back. */
  collect: { messages: unknown[] };
  deliver: null;
}

/** An answer, or an error message. */
export type Reply = { answer: Answers[Question['ask']] } | { error: string };
