import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/contract/contract.ts';
import type { Settings } from '../shared/settings/settings.ts';

/** A contract as it is deployed; `null` for a flow that the settings leave out. */
const asDeployed = (contract: Contract, { edge, canary }: Settings['deployment']): Contract | null => {
  if (contract.trigger === 'authorizer') return edge.enabled ? contract : null;
  if (contract.trigger !== 'schedule' || !contract.canary) return contract;
  return canary.enabled ? { ...contract, schedule: `rate(${canary.everyMinutes} minutes)` } : null;
};

/** The contracts of the flows that are deployed: the guard only with the edge, the canary only where it is on, as often as the settings say. */
export const deployedContracts = ({ deployment }: Pick<Settings, 'deployment'>): Contract[] =>
  Object.values<Contract>(manifest)
    .map((contract) => asDeployed(contract, deployment))
    .filter((contract) => contract !== null);
