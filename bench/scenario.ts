import type { People } from './people.ts';
import type { Serving } from './start-target.ts';

/** How many operations of a flow are measured. */
export interface Count {
  /** Where a tree is measured alone. */
  alone: number;
  /** In each round where two trees are compared. */
  round: number;
}

/** Does one call of a load. Calls have numbers, and each is done once. */
export type Operate = (index: number, serving: Serving) => Promise<unknown>;

/** How one flow is measured. */
export interface Scenario {
  flow: string;
  count: Count;
  /** CPU milliseconds that the flow shall stay under, beyond its hashes and the signatures that are named here. */
  aimMs: number | null;
  hashes: number;
  /** Of access tokens; named only where the aim speaks of the flow without them. */
  signatures?: number;
  /** Of an operation, through the gateway; one where nothing is said, none where a stream wakes the flow. */
  requests?: number;
  /** How many operations a call does where they are measured; one where nothing is said. Where trips are counted it is always one. */
  perCall?: number;
  /** How many calls are under way at once; eight where nothing is said. */
  atOnce?: number;
  /** Makes what so many calls need. */
  prepare(options: { people: People; calls: number; perCall: number }): Promise<Operate>;
}

/** Of a flow that costs a millisecond and whose operations need nothing made for each. */
export const CHEAP: Count = { alone: 1500, round: 300 };
/** Of a flow that costs several. */
export const MIDDLING: Count = { alone: 300, round: 100 };
/** Of a flow each of whose operations needs an account made for it. */
export const SEEDED: Count = { alone: 160, round: 60 };
/** Of a flow that hashes a password. */
export const HASHING: Count = { alone: 160, round: 24 };

/** Takes them in turn. */
export const at = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;
