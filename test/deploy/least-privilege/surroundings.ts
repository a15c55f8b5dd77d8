import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableName } from '../../../shared/contract/contract.ts';
import { callAws } from '../aws-call.ts';
import { type Deployment, openDeployment } from '../deployment.ts';
import { type EmulatorAids, openEmulatorAids } from './emulator.ts';
import { openRows, type Rows } from './rows.ts';

/** The stack's outputs with the tables' names. */
const TABLE_OUTPUTS: Readonly<Record<TableName, string>> = {
  accounts: 'AccountsTable',
  credentials: 'CredentialsTable',
  tokens: 'TokensTable',
  outbox: 'OutboxTable',
};

/** The deployment, and what probes need to use it. */
export interface Surroundings {
  deployment: Deployment;
  tableNames: Readonly<Record<TableName, string>>;
  rows: Rows;
  emulator: EmulatorAids;
  /** Calls a flow's function without the API. @returns its answer, or `{ errorType }` */
  invoke(flow: string, event: object): Promise<unknown>;
  /** Ends the function's processes, so that the next call is a cold start. */
  restart(flow: string): Promise<void>;
  /** Registers an action for the end of a flow's tests. */
  undo(action: () => Promise<void>): void;
  /** Runs the registered actions. */
  undoAll(): Promise<void>;
  close(): void;
}

/** Opens the deployment. @throws Error outside of test:deploy */
export const openSurroundings = async (): Promise<Surroundings> => {
  const deployment = await openDeployment();
  const { outputs } = deployment;
  const tableNames = Object.fromEntries(
    Object.entries(TABLE_OUTPUTS).map(([table, output]) => [table, outputs[output] ?? '']),
  ) as Record<TableName, string>;
  const client = new DynamoDBClient({});
  const undoing: (() => Promise<void>)[] = [];

  const emulator = openEmulatorAids(deployment);

  const nameOf = (flow: string): string => {
    const { functionName } = deployment.functions.get(flow) ?? {};
    if (!functionName) throw new Error(`no function is deployed for ${flow}`);
    return functionName;
  };

  return {
    deployment,
    tableNames,
    rows: openRows(client, tableNames),
    emulator,
    invoke: async (flow, event) => {
      const path = `/2015-03-31/functions/${nameOf(flow)}:live/invocations`;
      return JSON.parse(await callAws(deployment, { service: 'lambda', path, body: JSON.stringify(event) }));
    },
    restart: (flow) => emulator.restart(nameOf(flow)),
    undo: (action) => {
      undoing.push(action);
    },
    undoAll: async () => {
      for (const action of undoing.splice(0).toReversed()) await action();
    },
    close: () => client.destroy(),
  };
};
