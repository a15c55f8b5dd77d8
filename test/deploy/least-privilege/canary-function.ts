import { CANARY_ACCOUNT_VARIABLE, CANARY_ADDRESS_VARIABLE } from '../../../shared/settings/config.ts';
import { callAws } from '../aws-call.ts';
import type { Deployment } from '../deployment.ts';

/** The name of the canary's flow. */
export const CANARY_FLOW = 'run-canary';

const call = async (deployment: Deployment, part: string, more: object): Promise<unknown> => {
  const { functionName } = deployment.functions.get(CANARY_FLOW) ?? {};
  if (!functionName) throw new Error('no canary is deployed');
  const path = `/2015-03-31/functions/${functionName}/${part}`;
  return JSON.parse(await callAws(deployment, { service: 'lambda', path, ...more }));
};

const readVariables = async (deployment: Deployment): Promise<Record<string, string>> => {
  const answer = await call(deployment, 'configuration', { method: 'GET' });
  return (answer as { Environment: { Variables: Record<string, string> } }).Environment.Variables;
};

/** The id of the account that the canary was deployed with. */
export const canaryAccountId = async (deployment: Deployment): Promise<string> => {
  const { [CANARY_ACCOUNT_VARIABLE]: accountId = '' } = await readVariables(deployment);
  return accountId;
};

/**
 * Has the canary call another address, for the name of the emulator's API is found nowhere: in a version of its own, as what is called is the
 * alias.
 *
 * @returns sets the one before again
 */
export const redirectCanary = async (deployment: Deployment, address: string): Promise<() => Promise<void>> => {
  const before = await readVariables(deployment);
  const publish = async (Variables: Record<string, string>): Promise<void> => {
    await call(deployment, 'configuration', { method: 'PUT', body: JSON.stringify({ Environment: { Variables } }) });
    const { Version } = (await call(deployment, 'versions', { method: 'POST', body: '{}' })) as { Version: string };
    await call(deployment, 'aliases/live', { method: 'PUT', body: JSON.stringify({ FunctionVersion: Version }) });
  };
  await publish({ ...before, [CANARY_ADDRESS_VARIABLE]: address });
  return () => publish(before);
};
