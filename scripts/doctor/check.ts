import type { Clock } from '../../shared/primitives/clock.ts';
import type { AskAws, AwsOperation } from '../aws/aws-operation.ts';
import type { Browse } from './browse.ts';
import type { DeployedSettings, DeployedStack } from './deployed-stack.ts';
import type { Dns } from './dns.ts';

/**
 * What came of a check:
 *
 * - `ok`: nothing to do
 * - `warn`: it works, and may not for everybody, for long, or as the handbook counts on
 * - `fail`: something doesn't work
 * - `unknown`: it could not be found out
 */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'unknown';

/** What was found out, in sentences for the operator. */
export interface Finding {
  status: CheckStatus;
  sentence: string;
  /** `null` where there is nothing to do. */
  whatToDo: string | null;
}

export const ok = (sentence: string): Finding => ({ status: 'ok', sentence, whatToDo: null });
export const warn = (sentence: string, whatToDo: string): Finding => ({ status: 'warn', sentence, whatToDo });
export const fail = (sentence: string, whatToDo: string): Finding => ({ status: 'fail', sentence, whatToDo });
export const unknown = (sentence: string, whatToDo: string): Finding => ({ status: 'unknown', sentence, whatToDo });

/** The worst of several, `ok` first. */
const SEVERITY: readonly CheckStatus[] = ['ok', 'unknown', 'warn', 'fail'];

/** One finding out of several: the worst status, and what each that has it says; the others' sentences are left out. */
export const worstOf = (findings: readonly [Finding, ...Finding[]]): Finding => {
  const worst = SEVERITY[Math.max(...findings.map(({ status }) => SEVERITY.indexOf(status)))] ?? 'unknown';
  const told = findings.filter(({ status }) => status === worst);
  const acts = told.flatMap(({ whatToDo }) => whatToDo ?? []);
  return {
    status: worst,
    sentence: told.map(({ sentence }) => sentence).join(' '),
    whatToDo: acts.length > 0 ? [...new Set(acts)].join(' ') : null,
  };
};

/** What a check works with. Nothing of it changes anything. */
export interface Examination {
  /** Refuses an operation that the check doesn't name in `asks`. @throws AwsRefused */
  ask: AskAws;
  region: string;
  clock: Clock;
  browse: Browse;
  dns: Dns;
  /** Waits, for what AWS computes meanwhile. @param ms milliseconds */
  pause: (ms: number) => Promise<void>;
  /** The stack, read once. @throws AwsRefused, Unread */
  stack: () => Promise<DeployedStack>;
  /** What the deployed service is set to, read once; `null` where there is no stack yet. @throws AwsRefused, Unread */
  settings: () => Promise<DeployedSettings | null>;
}

/** One thing that is looked at. */
export interface Check {
  /** For scripts; it stays. */
  id: string;
  /** A few words. */
  title: string;
  /** The operations of AWS that it needs, which docs/operating.md's policy allows. */
  asks: readonly AwsOperation<unknown>[];
  /** The probe of docs/operating.md that it makes. */
  settles?: `Probe ${number}: ${string}`;
  /** @throws AwsRefused, Unread where it can't be found out */
  run: (on: Examination) => Promise<Finding>;
}
