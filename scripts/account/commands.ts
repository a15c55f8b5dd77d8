import type { ResettableFactor } from '../../shared/contract/factor-names.ts';
import type { CommonArguments } from '../command/command-line.ts';

/** What only looks. */
export const LOOKS = ['find', 'show'] as const;

/** What changes something; each wants a reason, and asks before it acts. */
export const ACTS = [
  'suspend',
  'lift',
  'end-sessions',
  'force-reset',
  'reset-factor',
  'approve-reset',
  'stop-reset',
  'erase',
  'stop-erase',
] as const;

type Look = (typeof LOOKS)[number];
export type Act = (typeof ACTS)[number];

/** Physical names of the tables that the command works with: all of them. */
export interface OperatedTables {
  accounts: string;
  credentials: string;
  tokens: string;
  outbox: string;
}

/** Where the accounts are: in the tables of a deployment, or on a laptop with a running service. */
export type Place =
  | { kind: 'tables'; tables: OperatedTables }
  | {
      kind: 'laptop';
      /** Who acts, as a laptop has no identities; `null` for the user of the machine. */
      as: string | null;
    };

/** A look that was asked for. */
export interface LookAsked extends CommonArguments {
  command: Look;
  /** As typed; of `show` a UUID v4, in lower case. */
  subject: string;
  /** Of `show`: the newest time of the history's part that is wanted, RFC 3339 in UTC; `null` for the newest there is. */
  until: string | null;
  place: Place;
  json: boolean;
}

/** An act that was asked for. */
export interface ActAsked extends CommonArguments {
  command: Act;
  /** UUID v4, in lower case. */
  accountId: string;
  /** Of `reset-factor`; `all` for every other act, which doesn't look at it. */
  factor: ResettableFactor;
  /** Of `erase`, in days: how long the owner can keep the account. The shortest for every other act, which doesn't look at it. */
  graceDays: number;
  reason: string;
  /** Whether it is done without a question. */
  yes: boolean;
  place: Place;
  json: boolean;
}

/** What was asked for. */
export type Asked = LookAsked | ActAsked;
