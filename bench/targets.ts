import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/contract/contract.ts';
import type { Pair } from './against/pair.ts';
import { isTooNoisy, type Spread } from './statistics.ts';

/** What a target holds the ratio of. */
type Measure = 'CPU' | 'loading' | 'resident memory';

/** The most that a figure of this tree may be, as a ratio to the same figure of another commit. */
export interface Target {
  flow: string;
  measure: Measure;
  atMost: number;
}

/** CPU of the handlers' process for one operation, beside {@link TARGETS_ARE_AGAINST}. */
const CPU_AT_MOST: Readonly<Record<string, number>> = {
  'get-profile': 0.4,
  'update-profile': 0.4,
  'get-two-factor': 0.4,
  'reset-password': 0.45,
  'request-recovery': 0.5,
  'sign-up': 0.5,
  'renew-recovery-codes': 0.6,
  'check-reset-token': 0.4,
  'sign-out': 0.4,
  'request-verification': 0.4,
  'sign-in': 0.5,
  'complete-sign-up': 0.5,
  reauthenticate: 0.5,
  'sign-in + TOTP': 0.5,
  'enroll-totp': 0.45,
  'remove-factor': 0.45,
  'confirm-totp': 0.45,
  'deliver-messages': 0.6,
  'verify-code': 0.4,
  'refresh-session': 0.65,
};

/** CPU of loading a bundle in a fresh process, of every flow that sends nothing. */
const LOADING_AT_MOST = 0.45;

/** Resident memory of a function alone in its process after its operations. */
const MEMORY_AT_MOST = 0.7;

/** Flows that hash nothing and whose requests can be repeated, so that 2,000 operations need no 2,000 accounts. */
export const ALONE_FLOWS: readonly string[] = [
  'request-recovery',
  'sign-up',
  'check-reset-token',
  'get-profile',
  'update-profile',
  'get-two-factor',
  'enroll-totp',
  'refresh-session',
  'request-verification',
];

/** The commit that the targets were set against. */
export const TARGETS_ARE_AGAINST = '39ec93f';

/**
 * RS256 signatures of an operation that a ratio leaves out, because its target is about the rest: verify-code's own, and those
 * of sessions that answers carry since then (docs/adr/0026).
 */
const SIGNATURES_LEFT_OUT: Readonly<Record<string, Pair<number>>> = {
  'verify-code': { there: 1, here: 1 },
  'confirm-totp': { there: 0, here: 1 },
  'renew-recovery-codes': { there: 0, here: 1 },
};

/** Signatures that the ratio of a flow leaves out, of either commit. */
export const signaturesLeftOut = (flow: string): Pair<number> => SIGNATURES_LEFT_OUT[flow] ?? { there: 0, here: 0 };

const sends = (contract: Contract): boolean =>
  ('mail' in contract && contract.mail) || ('sms' in contract && contract.sms) || false;

const targetsOf = (measure: Measure, flows: readonly (readonly [flow: string, atMost: number])[]): Target[] =>
  flows.map(([flow, atMost]) => ({ flow, measure, atMost }));

/** Every target. */
export const TARGETS: readonly Target[] = [
  ...targetsOf('CPU', Object.entries(CPU_AT_MOST)),
  ...targetsOf(
    'loading',
    (Object.values(manifest) as Contract[])
      .filter((contract) => !sends(contract))
      .map(({ flow }) => [flow, LOADING_AT_MOST]),
  ),
  ...targetsOf(
    'resident memory',
    ALONE_FLOWS.map((flow) => [flow, MEMORY_AT_MOST]),
  ),
];

/** What the rounds say of a target; `not measured` for a flow of which there is no ratio. */
export type TargetVerdict = 'met' | 'missed' | 'too noisy' | 'not measured';

/**
 * Stricter than a limit on regressions: a ratio above the target misses it. Where the rounds disagree too much, only an
 * interval that lies wholly on one side decides.
 *
 * @param ratio `null` where it was not measured
 */
export const judgeTarget = (ratio: Spread | null, atMost: number): TargetVerdict => {
  if (ratio === null) return 'not measured';
  if (ratio.high <= atMost) return 'met';
  if (ratio.low > atMost) return 'missed';
  if (isTooNoisy(ratio)) return 'too noisy';
  return ratio.median <= atMost ? 'met' : 'missed';
};
