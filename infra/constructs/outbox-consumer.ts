import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StreamContract } from '../../shared/contract/contract.ts';
import { DEAD_LETTERS_VARIABLE } from '../../shared/settings/config.ts';
import { constructId } from '../construct-id.ts';
import { makeDeadLetterQueue } from './dead-letter-queue.ts';
import type { FlowFunction } from './flow-function.ts';

/** A DynamoDB stream keeps records for 24 hours. */
const LONGEST_RECORD_AGE_SECONDS = 24 * 60 * 60;

/**
 * The function gives up first and moves the intent to the dead-letter queue with its id. The mapping knows only
 * positions in the stream, so it gives up later, and only where the function could not run.
 */
const GIVEN_UP_LATER_SECONDS = 15 * 60;

export interface OutboxConsumerProps {
  consumer: FlowFunction;
  contract: StreamContract;
  table: TableV2;
  /** Seconds after which the function gives up an intent that can't be sent. */
  retrySeconds: number;
  /** Batches of one shard and channel that run at the same time, each in a function of its own, 1…10. */
  parallelBatches: number;
}

/** One channel of an outbox, and what reads it. */
export interface OutboxReader {
  /** First word of its rows. */
  channel: StreamContract['channels'][number];
  mapping: EventSourceMapping;
}

interface Reading extends OutboxConsumerProps {
  channel: StreamContract['channels'][number];
  isFirst: boolean;
}

/**
 * Invokes a function for each new row of a table. Records that can't be handled end in a dead-letter queue with an
 * alarm.
 */
export class OutboxConsumer extends Construct {
  readonly deadLetters: Queue;
  readonly contract: StreamContract;
  readonly table: TableV2;
  /** What reads each channel's rows, in the order of the contract. */
  readonly readers: readonly OutboxReader[];

  constructor(scope: Construct, id: string, props: OutboxConsumerProps) {
    super(scope, id);
    const { consumer, contract, table } = props;
    this.contract = contract;
    this.table = table;
    this.deadLetters = makeDeadLetterQueue(this);

    consumer.bind({
      environment: { [DEAD_LETTERS_VARIABLE]: this.deadLetters.queueUrl },
      statements: [
        new PolicyStatement({
          actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
          resources: [table.tableStreamArn ?? ''],
        }),
        // ListStreams names no resource; Lambda refuses the mapping without it.
        new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }),
        new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
      ],
    });
    this.readers = contract.channels.map((channel, index) => ({
      channel,
      mapping: this.read({ ...props, channel, isFirst: index === 0 }),
    }));
  }

  /** Maps one channel's rows to the function, at a pace of its own. */
  private read({
    channel,
    isFirst,
    consumer,
    contract,
    table,
    retrySeconds,
    parallelBatches,
  }: Reading): EventSourceMapping {
    const mapping = new EventSourceMapping(this, isFirst ? 'Stream' : `${constructId(channel.toLowerCase())}Stream`, {
      target: isFirst ? consumer.target : this.nameFor(channel, consumer),
      eventSourceArn: table.tableStreamArn ?? '',
      startingPosition: StartingPosition.TRIM_HORIZON, // never another: Lambda would refuse the mapping that takes its place
      batchSize: contract.batchSize,
      parallelizationFactor: parallelBatches,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] }, // the alarms of each channel read them
      maxRecordAge: Duration.seconds(Math.min(retrySeconds + GIVEN_UP_LATER_SECONDS, LONGEST_RECORD_AGE_SECONDS)),
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
      filters: [
        FilterCriteria.filter({
          // Inserts only: removing a delivered row must not invoke the function.
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(`${channel}#`) } } },
        }),
      ],
    });
    mapping.node.addDependency(consumer.role);
    return mapping;
  }

  /** Lambda refuses a second mapping of one stream to one alias, but accepts one to another alias of the same version. */
  private nameFor(channel: string, { version }: FlowFunction): IFunction {
    const word = channel.toLowerCase();
    const alias = new Alias(this, `${constructId(word)}Reader`, {
      aliasName: `${word}-reader`,
      version,
    });
    return alias as IFunction; // aws-cdk-lib's own types differ in whether a role may be undefined
  }
}
