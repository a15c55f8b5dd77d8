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
