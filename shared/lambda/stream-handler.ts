import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamContract } from '../contract/contract.ts';
import { errorName } from '../primitives/error-name.ts';
import type { SettingOf } from '../settings/contract-settings.ts';
import type { SettingsOf } from '../settings/setting-names.ts';
import { connectOnce } from './connect-once.ts';
import type { Runtime } from './runtime.ts';
import { type PortOpeners, provide, type Wiring } from './scope.ts';

/** What the event source mapping calls. */
export type StreamHandler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** Does what a new row asks for, given its partition key; a throw means "again later". */
export type HandleRow = (partitionKey: string) => Promise<void>;

/**
 * Makes the Lambda handler of a flow that a stream triggers. Every record is tried, independent of the others, and
 * failed ones are reported. Lambda continues from the first of them, so only failures that a retry can fix may be
 * reported.
 *
 * @param connect opens what the flow needs; begun at cold start, and again at the next event after a failure
 */
export const streamHandler = ({
  contract,
  runtime: { log, hooks },
  connect,
}: {
  contract: StreamContract;
  runtime: Runtime<unknown>;
  connect: () => Promise<HandleRow>;
}): StreamHandler => {
  const connected = connectOnce(connect);
  const ready = async (): Promise<HandleRow> => {
    const handleRow = await connected();
    await hooks.beforeInvoke();
    return handleRow;
  };

  const handle = async ({ dynamodb }: DynamoDBRecord): Promise<{ itemIdentifier: string } | null> => {
    const partitionKey = dynamodb?.Keys?.pk?.S;
    if (partitionKey === undefined) {
      // It names no row: no try can help it, and nothing is there to be kept for later.
      log('error', 'dead-letter', { flow: contract.flow, error_name: 'RecordWithoutKey' });
      return null;
    }
    try {
      await (await ready())(partitionKey);
      return null;
    } catch (error) {
      log('warn', 'record-failed', { flow: contract.flow, error_name: errorName(error) });
      return { itemIdentifier: dynamodb?.SequenceNumber ?? '' };
    }
  };

  return async ({ Records }) => {
    const outcomes = await Promise.all(Records.filter(({ eventName }) => eventName === 'INSERT').map(handle));
    await hooks.afterInvoke(); // with the answer the process may be frozen
    return { batchItemFailures: outcomes.filter((outcome) => outcome !== null) };
  };
};

/** Makes a stream's handler of a flow. @param input what the flow is asked, of the row's partition key */
export const serveStream =
  <Of extends StreamContract, Input, Used extends object, Openers extends PortOpeners = object>({
    contract,
    flow,
    input,
    ports,
    uses,
  }: Wiring<Of, Openers, Used, (input: Input) => Promise<void>> & {
    input: (partitionKey: string) => Input;
  }) =>
  (runtime: Runtime<SettingsOf<SettingOf<Of>>>): StreamHandler =>
    streamHandler({
      contract,
      runtime,
      connect: async () => {
        const handle = flow(await provide(runtime, { ports, uses }));
        return (partitionKey) => handle(input(partitionKey));
      },
    });
