import { keptFor } from '../../../shared/contract/kept-answers.ts';
import { ALL_REQUESTS } from '../../catalogue/catalogue.ts';
import { DEPLOYED_CONTRACTS } from './forbidden-calls.ts';
import type { Grant } from './grants.ts';
import { type Prepare, probeGood } from './probe.ts';
import { runCanary } from './probe-canary.ts';
import { deliverMessages } from './probe-deliveries.ts';
import { eraseAccounts } from './probe-erasures.ts';
import { recordFeedback } from './probe-feedback.ts';
import { rotateKeyring } from './probe-rotation.ts';
import { probeSignInLink } from './probe-sign-in-link.ts';
import { probeSpentBudget } from './probe-spent-budget.ts';
import { probeStolenToken } from './probe-stolen-token.ts';

/** Flows whose grants requests over HTTP can't show. */
const OWN_PLANS: ReadonlyMap<string, Prepare> = new Map(
  Object.entries({
    'deliver-messages': deliverMessages,
    'record-feedback': recordFeedback,
    'erase-accounts': eraseAccounts,
    'rotate-keyring': rotateKeyring,
    'run-canary': runCanary,
  }),
);

/** Paths of flows that no good request takes. */
const REFUSALS: ReadonlyMap<string, Prepare> = new Map(
  Object.entries({
    'refresh-session': probeStolenToken,
    'request-verification': probeSpentBudget,
    'sign-in': probeSignInLink,
  }),
);

const keepsAnswers = (flow: string): boolean =>
  DEPLOYED_CONTRACTS.some((one) => one.flow === flow && one.trigger === 'http' && keptFor(one) !== null);

/** The probes for a flow's grants: its requests of the catalogue, and their repeats. @throws Error for a flow without probes */
export const planOf = (flow: string): Prepare => {
  const own = OWN_PLANS.get(flow);
  if (own) return own;
  const good = ALL_REQUESTS.filter((one) => one.flow === flow);
  if (good.length === 0) throw new Error(`nothing in test/catalogue shows what the grants of ${flow} are for`);
  return async (surroundings) => {
    const isKept = ({ succeeds }: { succeeds: number }) => keepsAnswers(flow) && succeeds < 300; // no problem is kept
    const probes = await Promise.all(good.map((one) => probeGood(surroundings, one, isKept(one))));
    return [...probes.flat(), ...((await REFUSALS.get(flow)?.(surroundings)) ?? [])];
  };
};

/** Read once in the life of a process, so its absence shows only at a cold start. */
export const isReadAtColdStart = ({ action }: Grant): boolean => action === 'secretsmanager:GetSecretValue';
