import type { Grant } from './grants.ts';
import type { Prepare } from './probe.ts';
import { deliverMessages } from './probe-deliveries.ts';
import { rotateKeyring } from './probe-rotation.ts';
import { SECOND_FACTOR_PROBES } from './probe-second-factor.ts';
import { SESSION_PROBES } from './probe-sessions.ts';

const PLANS: ReadonlyMap<string, Prepare> = new Map(
  Object.entries({
    ...SESSION_PROBES,
    ...SECOND_FACTOR_PROBES,
    'deliver-messages': deliverMessages,
    'rotate-keyring': rotateKeyring,
  }),
);

/** The probes for a flow's grants. @throws Error for a flow without probes */
export const planOf = (flow: string): Prepare => {
  const plan = PLANS.get(flow);
  if (!plan) throw new Error(`nothing shows what the grants of ${flow} are for`);
  return plan;
};

/** Read once in the life of a process, so its absence shows only at a cold start. */
export const isReadAtColdStart = ({ action }: Grant): boolean => action === 'secretsmanager:GetSecretValue';
