import { CHEAP, HASHING, MIDDLING, type Scenario, SEEDED } from './scenario.ts';

/** How much of a flow is measured, and what it may cost. */
export interface Weight extends Pick<Scenario, 'count'>, Partial<Omit<Scenario, 'flow' | 'count' | 'prepare'>> {
  /** Requests that are prepared, and made in turn by all calls; one for each call where it is left out. */
  shared?: number;
  /** Whether each of the shared requests waits for its answer before, because it needs something of it. */
  isChain?: boolean;
}

/** Of a flow that is not named below. */
export const USUAL_WEIGHT: Weight = { count: SEEDED };

/** By flow, in the order of the report. */
export const WEIGHTS: Readonly<Record<string, Weight>> = {
  'request-recovery': { count: CHEAP, aimMs: 0.8 },
  'sign-up': { count: CHEAP, aimMs: 0.8 },
  'check-reset-token': { count: CHEAP, shared: 5 },
  'get-profile': { count: CHEAP, aimMs: 0.8, shared: 5 },
  'update-profile': { count: CHEAP, aimMs: 0.9, shared: 5 },
  'sign-in': { count: HASHING, aimMs: 3, hashes: 1, shared: 10 },
  'reset-password': { count: HASHING, aimMs: 3, hashes: 1 },
  'change-password': { count: HASHING, hashes: 2 }, // verifies one, hashes the other
  'complete-sign-up': { count: HASHING, hashes: 1 },
  'sign-out': { count: SEEDED },
  'describe-service': { count: CHEAP, shared: 1 },
  'serve-pages': { count: CHEAP, shared: 1 },
  'refresh-session': { count: { alone: 800, round: 120 }, aimMs: 2.5, shared: 8, isChain: true },
  'get-two-factor': { count: CHEAP, shared: 5 },
  'enroll-totp': { count: MIDDLING, shared: 5 },
  'confirm-totp': { count: SEEDED },
  'remove-factor': { count: SEEDED }, // plus 1.5 ms for the signature of the session's access token
  'renew-recovery-codes': { count: SEEDED }, // likewise
  reauthenticate: { count: HASHING, hashes: 1, shared: 10 },
  'request-verification': { count: CHEAP, aimMs: 0.9 },
  'verify-code': { count: { alone: 250, round: 60 }, aimMs: 1.5, signatures: 1 },
};
