import type {
  BatchGetItemCommandInput,
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  TransactGetItemsCommandInput,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { type Attributes, marshall, unmarshall } from './attribute-values.ts';
import type { AwsService } from './aws-endpoint.ts';
import { awsEnvironment } from './aws-environment.ts';
import { openAwsJsonClient } from './aws-json-client.ts';
import type { Item } from './dynamo.ts';

/** The operations that the port uses, with what each is given and answers. */
export interface DynamoOperations {
  GetItem: { input: GetItemCommandInput; answer: { Item?: Attributes } };
  Query: { input: QueryCommandInput; answer: { Items?: Attributes[] } };
  BatchGetItem: {
    input: BatchGetItemCommandInput;
    answer: { Responses?: Record<string, Attributes[]>; UnprocessedKeys?: BatchGetItemCommandInput['RequestItems'] };
  };
  TransactGetItems: { input: TransactGetItemsCommandInput; answer: { Responses?: { Item?: Attributes }[] } };
  PutItem: { input: PutItemCommandInput; answer: { Attributes?: Attributes } };
  UpdateItem: { input: UpdateItemCommandInput; answer: { Attributes?: Attributes } };
  DeleteItem: { input: DeleteItemCommandInput; answer: { Attributes?: Attributes } };
  TransactWriteItems: { input: TransactWriteItemsCommandInput; answer: object };
}

/** What the port needs of a client of DynamoDB. */
export interface DynamoClient {
  /**
   * Sends one operation, with its repeats.
   *
   * @param deadlineMs when the caller gives up: an instant of `performance.now()`
   * @throws DynamoDB's error, in the SDK's form
   */
  send<Name extends keyof DynamoOperations>(
    operation: Name,
    input: DynamoOperations[Name]['input'],
    deadlineMs: number,
  ): Promise<DynamoOperations[Name]['answer']>;
  /** The form of values that `send` takes and answers. */
  marshall(values: Record<string, unknown>): Attributes;
  unmarshall(attributes: Attributes): Item;
}

/** @see DynamoDB Developer Guide, "DynamoDB low-level API" */
export const DYNAMODB: AwsService = {
  name: 'dynamodb',
  endpointVariable: 'DYNAMODB',
  targetPrefix: 'DynamoDB_20120810',
  jsonVersion: '1.0',
  isFipsInGovCloud: true,
  hasIpv6Anyway: () => false,
};

/**
 * Opens the project's own client, which speaks DynamoDB's protocol with a third of the SDK's CPU (docs/adr/0044).
 *
 * @throws Error where a variable of AWS's is missing or wrong
 */
export const openDynamoClient = ({ clock, randomness }: { clock: Clock; randomness: Randomness }): DynamoClient => {
  const send = openAwsJsonClient({ service: DYNAMODB, environment: awsEnvironment(), clock, randomness });
  return {
    send: (operation, input, deadlineMs) => {
      // As the SDK does: a transaction whose answer was lost is known again by its token, and is not done twice.
      const sent = operation === 'TransactWriteItems' ? { ClientRequestToken: randomness.uuid(), ...input } : input;
      return send(operation, sent, deadlineMs) as Promise<DynamoOperations[typeof operation]['answer']>;
    },
    marshall,
    unmarshall,
  };
};
