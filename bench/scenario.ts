import type { BenchService } from './bench-service.ts';
import { gather } from './http-load.ts';
import type { Serving } from './start-target.ts';

/** How many operations of a flow are measured. */
export interface Count {
  /** In a run of one tree. */
  alone: number;
  /** In each round of a comparison. */
  round: number;
}

/** Makes one call of a load. Each number is called once. */
export type Operate = (index: number, serving: Serving) => Promise<unknown>;

/** How one flow is measured. */
export interface Scenario {
  flow: string;
  count: Count;
  /** Most CPU milliseconds of the flow, without its hashes and the signatures counted here. */
  aimMs: number | null;
  hashes: number;
  /** Signatures of access tokens; set only where the aim excludes them. */
  signatures?: number;
  /** Requests of an operation through the gateway; 1 by default, 0 where a stream triggers the flow. */
  requests?: number;
  /** Operations in a call when measured; 1 by default. When calls to DynamoDB are counted it is always 1. */
  perCall?: number;
  /** Concurrent calls; 8 by default. */
  atOnce?: number;
  /** Makes the accounts and tokens for the calls. */
  prepare(options: { service: BenchService; calls: number; perCall: number }): Promise<Operate>;
}

/** For a flow of about a millisecond that needs no data per operation. */
export const CHEAP: Count = { alone: 1500, round: 300 };
/** For a flow of several milliseconds. */
export const MIDDLING: Count = { alone: 300, round: 100 };
/** For a flow that needs an account per operation. */
export const SEEDED: Count = { alone: 160, round: 60 };
/** For a flow that hashes a password. */
export const HASHING: Count = { alone: 160, round: 24 };

/** Requests that are prepared concurrently: as many as fill a batch of mails, and keep both cores busy with hashing. */
const AT_ONCE = 10;

/** Prepares so many of something. */
export const prepareMany = async <Prepared>(
  prepare: (service: BenchService) => Promise<Prepared>,
  { service, count }: { service: BenchService; count: number },
): Promise<Prepared[]> => {
  await service.passOverMessages();
  return gather(count, AT_ONCE, () => prepare(service));
};

/** The item of an index, wrapping around. */
export const at = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;
