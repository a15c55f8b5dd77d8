/**
 * What the benchmark and a commit under test say to each other. The benchmark knows nothing else of a commit, so that it can compare any
 * two, however differently they are built inside.
 *
 * A commit has a program, `bench/target.ts`. It is started at the root of its checkout with the commit's own Node and an IPC channel; its environment
 * holds AWS's own variables and nothing of ours: region, credentials, and `AWS_ENDPOINT_URL_DYNAMODB`, `…_SES` and `…_SNS`. It sends a
 * {@link Greeting}, then answers each {@link Question} with a {@link Reply}, one at a time, in order. The settings that it runs with leave limits,
 * budgets and waits out of the way of 100,000 requests from one address.
 */

/** Raised by a change that an older target would misunderstand. */
export const PROTOCOL_VERSION = 1;

/** The first message of a target. */
export interface Greeting {
  protocol: number;
}

/** Where a target keeps what it needs. Several processes of one target are given the same. */
export interface Place {
  /** For the names of its tables; another target has other tables in the same database. */
  tablePrefix: string;
  /** An absolute path to a directory of its own, for keys and the like. */
  scratch: string;
}

/** One function as it would be deployed. */
export interface BundledFunction {
  /** The flow's name. */
  name: string;
  /** An absolute path to the bundle, a CommonJS module. */
  file: string;
  /** All that its environment holds beside AWS's variables. */
  environment: Record<string, string>;
}

export type Question =
  /** Build the bundles from the sources. */
  | { ask: 'build' }
  /** Make tables and keys where they are missing, and list the functions. Asked before any process serves. */
  | { ask: 'prepare'; place: Place }
  /** Load the bundles of all flows with a route or a stream, and serve the routes on 127.0.0.1, with `GET /empty` for a handler that does nothing. */
  | { ask: 'serve'; place: Place }
  /** CPU time of this process so far, all threads. */
  | { ask: 'cpu' }
  /** Memory, after a garbage collection where `gc` is exposed. */
  | { ask: 'memory' }
  /** Do some bare work as the flows do it: password hashes, two at once; or signatures of access tokens. */
  | { ask: 'work'; what: Work; count: number }
  /** Tell what has been put into the outbox since the last time that this process was asked. */
  | { ask: 'collect' }
  /** Have some of what was collected delivered, in one call of the stream's functions. */
  | { ask: 'deliver'; messages: readonly unknown[] };

export type Work = 'hash' | 'signature';

/** What is answered to each question. */
export interface Answers {
  build: null;
  prepare: { functions: BundledFunction[] };
  serve: { port: number };
  cpu: { milliseconds: number };
  memory: { rssBytes: number; heapBytes: number };
  work: null;
  /** As the target likes them; the benchmark only hands them back. */
  collect: { messages: unknown[] };
  deliver: null;
}

/** An answer, or why there is none. */
export type Reply = { answer: Answers[Question['ask']] } | { error: string };
