import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Clock } from '../primitives/clock.ts';
import type { DynamoClient, DynamoOperations } from './dynamo-client.ts';
import { removeMiddleware } from './remove-middleware.ts';
import { makeRequestSigner, type SignableRequest } from './sign-request.ts';

/** DynamoDB answers in single milliseconds; a slower call is lost. @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter" */
const REQUEST_TIMEOUT_MS = 2000;

/** A handshake takes a few round trips within the region. @see AWS SDK for JavaScript v3, NodeHttpHandlerOptions */
const CONNECTION_TIMEOUT_MS = 1000;

/** The first and two repeats, the SDKs' standard. @see AWS SDKs and Tools Reference Guide, "Retry behavior" */
const SDK_ATTEMPTS = 3;

/** User agent, logger and recursion detection: unneeded here, and a third of a call's CPU. */
const NOT_NEEDED = ['getUserAgentMiddleware', 'loggerMiddleware', 'recursionDetectionMiddleware'];

const MARSHALL_OPTIONS = { removeUndefinedValues: true };

/** A command of the SDK by the name of its operation. */
const COMMANDS = {
  GetItem: GetItemCommand,
  Query: QueryCommand,
  BatchGetItem: BatchGetItemCommand,
  TransactGetItems: TransactGetItemsCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  DeleteItem: DeleteItemCommand,
  TransactWriteItems: TransactWriteItemsCommand,
} satisfies Record<keyof DynamoOperations, unknown>;

/** The SDK's client with public options set for this service; region, credentials and endpoint are the SDK's own. */
export const openSdk = ({ clock }: { clock: Clock }): DynamoDBClient => {
  let sign: ReturnType<typeof makeRequestSigner> | undefined;
  const client: DynamoDBClient = new DynamoDBClient({
    maxAttempts: SDK_ATTEMPTS,
    requestHandler: {
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
    },
    accountIdEndpointMode: 'disabled', // one host for all accounts keeps connections open
    signer: async () => ({
      sign: async (request) => {
        sign ??= makeRequestSigner({
          region: await client.config.region(),
          service: 'dynamodb',
          nowMs: () => clock.nowMs() + client.config.systemClockOffset,
        });
        return sign(request as SignableRequest & typeof request, await client.config.credentials());
      },
    }),
  });
  removeMiddleware(client.middlewareStack, NOT_NEEDED);
  return client;
};

/**
 * The SDK's client in the place of the project's own: for `dynamo: 'sdk'`, and for the commands of operators, whose credentials come
 * from the SDK's chain.
 */
export const openSdkDynamoClient = (parts: { clock: Clock }): DynamoClient => {
  const client = openSdk(parts);
  return {
    send: (operation, input, deadlineMs) => {
      const Command = COMMANDS[operation] as unknown as new (given: typeof input) => GetItemCommand;
      const abortSignal = AbortSignal.timeout(Math.max(1, Math.ceil(deadlineMs - performance.now())));
      return client.send(new Command(input), { abortSignal });
    },
    marshall: (values) => marshall(values, MARSHALL_OPTIONS),
    unmarshall,
  };
};
