import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Caller, callAws } from './aws-call.ts';
import type { Emulator } from './start-emulator.ts';

/** A deployed function, and its role. */
export interface DeployedFunction {
  functionName: string;
  roleName: string;
}

/** The deployment of test:deploy, read from the file that KEYTURN_DEPLOYMENT names. */
export interface Deployment extends Omit<Emulator, 'stop'> {
  /** Address of the front door. */
  apiUrl: string;
  inboxUrl: string;
  /** The stack's outputs by name: `ApiId`, `OutboxTable` … */
  outputs: Readonly<Record<string, string>>;
  /** By the name of the flow. */
  functions: ReadonlyMap<string, DeployedFunction>;
}

/** Tag with the name of a function's flow. */
const FLOW_TAG = 'keyturn:flow';

interface ListedFunction {
  FunctionName: string;
  FunctionArn: string;
  Role: string;
}

const callLambda = async <Answer>(caller: Caller, path: string): Promise<Answer> =>
  JSON.parse(await callAws(caller, { service: 'lambda', method: 'GET', path })) as Answer;

/** Finds the deployed functions by their tag. */
export const findFunctions = async (caller: Caller): Promise<Map<string, DeployedFunction>> => {
  const { Functions } = await callLambda<{ Functions: ListedFunction[] }>(caller, '/2015-03-31/functions/');
  const tagged = await Promise.all(
    Functions.map(async ({ FunctionName: functionName, FunctionArn, Role }) => {
      const path = `/2017-03-31/tags/${encodeURIComponent(FunctionArn)}`;
      const { Tags } = await callLambda<{ Tags?: Record<string, string> }>(caller, path);
      return { flow: Tags?.[FLOW_TAG], functionName, roleName: Role.split('/').at(-1) ?? '' };
    }),
  );
  return new Map(tagged.flatMap(({ flow, ...found }) => (flow === undefined ? [] : [[flow, found]])));
};

/** Stores the deployment in a file. @returns its path, for KEYTURN_DEPLOYMENT */
export const saveDeployment = async (deployment: Deployment): Promise<string> => {
  const file = join(deployment.folder, 'deployment.json');
  const functions = Object.fromEntries(deployment.functions);
  await writeFile(file, JSON.stringify({ ...deployment, functions }, null, 2));
  return file;
};

/**
 * Reads the deployment of test:deploy.
 *
 * @throws Error outside of test:deploy
 */
export const openDeployment = async (): Promise<Deployment> => {
  const file = process.env.KEYTURN_DEPLOYMENT;
  if (!file) throw new Error('nothing is deployed: run npm run test:deploy');
  const saved = JSON.parse(await readFile(file, 'utf8')) as Omit<Deployment, 'functions'> & {
    functions: Record<string, DeployedFunction>;
  };
  return { ...saved, functions: new Map(Object.entries(saved.functions)) };
};
