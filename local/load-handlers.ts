import type { DynamoDBBatchResponse, DynamoDBStreamEvent, SNSEvent } from 'aws-lambda';
import * as manifest from '../functions/manifest.ts';
import type { Contract, StreamContract } from '../shared/contract/contract.ts';
import { gatewayRoutesOf } from '../shared/contract/gateway-routes.ts';
import type { RouteTarget } from './gateway/match-route.ts';
import type { GatewayHandler } from './gateway/start-gateway.ts';
import type { Scheduled } from './start-schedules.ts';

/** Imports the handler of a contract's folder. */
export type ImportHandler = (contract: Contract) => Promise<unknown>;

/** From the sources, as they are. */
const importFromSource: ImportHandler = async ({ flow }) =>
  ((await import(`../functions/${flow}/handler.ts`)) as { handler: unknown }).handler;

/** The canary is left out: its alarms are CloudWatch's, and its mails would fill the inbox. */
const isOfLaptop = (contract: Contract): boolean =>
  contract.trigger === 'schedule' ? !contract.canary : ['http', 'stream', 'topic'].includes(contract.trigger);

const contracts = Object.values<Contract>(manifest).filter(isOfLaptop);

/**
 * Loads the handlers that a laptop can trigger: its keyring file is not rotated, and its gateway has no authorizer. The
 * environment must be complete before, because a function reads it while it loads.
 */
export const loadHandlers = async (importHandler: ImportHandler = importFromSource) => {
  const loaded = await Promise.all(
    contracts.map(async (contract) => ({ contract, handler: await importHandler(contract) })),
  );
  const routes: RouteTarget<GatewayHandler>[] = loaded.flatMap(({ contract, handler }) =>
    contract.trigger === 'http'
      ? gatewayRoutesOf(contract).map(({ method, path }) => ({ method, path, target: handler as GatewayHandler }))
      : [],
  );
  const unmatched = loaded.find(({ contract }) => contract.trigger === 'http' && contract.unmatched)?.handler;
  const consumers = loaded
    .filter(({ contract }) => contract.trigger === 'stream')
    .map(({ contract, handler }) => ({
      contract: contract as StreamContract,
      handler: handler as (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>,
    }));
  const subscribers = loaded
    .filter(({ contract }) => contract.trigger === 'topic')
    .map(({ handler }) => handler as (event: SNSEvent) => Promise<void>);
  const scheduled = loaded
    .filter(({ contract }) => contract.trigger === 'schedule')
    .map(({ contract, handler }) => ({ contract, handler }) as Scheduled);
  return { subscribers, routes, unmatched: unmatched as GatewayHandler, consumers, scheduled };
};
