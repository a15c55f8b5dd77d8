import { CANARY_ACCOUNT_VARIABLE, CANARY_ADDRESS_VARIABLE } from '../../../shared/settings/config.ts';
import { callAws } from '../aws-call.ts';
import type { Deployment } from '../deployment.ts';

/** The name of the canary's flow. */
export const CANARY_FLOW = 'run-canary';

const callConfiguration = async (deployment: Deployment, more: object): Promise<Record<string, string>> => {
  const { functionName } = deployment.functions.get(CANARY_FLOW) ?? {};
  if (!functionName) throw new Error('no canary is deployed');
  const path = `/2015-03-31/functions/${functionName}/configuration`;
  const answer = JSON.parse(await callAws(deployment, { service: 'lambda', path, ...more }));
  return answer.Environment.Variables;
};

const readVariables = (deployment: Deployment) => callConfiguration(deployment, { method: 'GET' });

/** The id of the account that the canary was deployed with. */
export const canaryAccountId = async (deployment: Deployment): Promise<string> => {
  const { [CANARY_ACCOUNT_VARIABLE]: accountId = '' } = await readVariables(deployment);
  return accountId;
};

/** Has the canary call another address, for the name of the emulator's API is found nowhere. @returns sets the one before again */
export const redirectCanary = async (deployment: Deployment, address: string): Promise<() => Promise<void>> => {
  const before = await readVariables(deployment);
  const write = async (Variables: Record<string, string>): Promise<void> => {
    await callConfiguration(deployment, { method: 'PUT', body: JSON.stringify({ Environment: { Variables } }) });
  };
  await write({ ...before, [CANARY_ADDRESS_VARIABLE]: address });
  return () => write(before);
};
