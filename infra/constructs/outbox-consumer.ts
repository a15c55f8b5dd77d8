import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StreamContract } from '../../shared/contract/contract.ts';
import { DEAD_LETTERS_VARIABLE } from '../../shared/settings/config.ts';
import { acknowledge } from '../acknowledge.ts';
import { constructId } from '../construct-id.ts';
import type { FlowFunction } from './flow-function.ts';

/** As long as SQS keeps anything: an operator may be on leave. The intents themselves stay as long (shared/outbox/outbox.ts). */
const DEAD_LETTERS_KEPT = Duration.days(14);

/** So many batches of one shard at once: mail for one doesn't wait for another's, and SES's rate is not outrun. */
const PARALLEL_BATCHES = 4;

/** As long as a stream keeps a record. */
const LONGEST_RECORD_AGE_SECONDS = 24 * 60 * 60;

/** The function gives a message up itself, by its name; the mapping, which knows none, only where the function could not run. */
const GIVEN_UP_LATER_SECONDS = 15 * 60;

export interface OutboxConsumerProps {
  consumer: FlowFunction;
  contract: StreamContract;
  table: TableV2;
  /** After how many seconds the function gives a message up that can't be sent. */
  retrySeconds: number;
}

interface Reading extends OutboxConsumerProps {
  channel: StreamContract['channels'][number];
  isFirst: boolean;
}

/** Wakes a function for every new row of a table; what can't be handled ends in a queue that somebody is told of. */
export class OutboxConsumer extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { consumer, contract, table, retrySeconds }: OutboxConsumerProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: DEAD_LETTERS_KEPT,
    });
    acknowledge(this.deadLetters, {
      'AwsSolutions-SQS3': 'It is the dead-letter queue.',
      'Serverless-SQSRedrivePolicy': 'It is the dead-letter queue.',
    });

    consumer.bind({
      environment: { [DEAD_LETTERS_VARIABLE]: this.deadLetters.queueUrl },
      statements: [
        new PolicyStatement({
          actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
          resources: [table.tableStreamArn ?? ''],
        }),
        // Names no resource; without it Lambda refuses the mapping.
        new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }),
        new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
      ],
    });
    contract.channels.forEach((channel, index) => {
      this.read({ channel, isFirst: index === 0, consumer, contract, table, retrySeconds });
    });
  }

  /** Reads the rows of one lane, at a pace of its own. */
  private read({ channel, isFirst, consumer, contract, table, retrySeconds }: Reading): void {
    const mapping = new EventSourceMapping(this, isFirst ? 'Stream' : `${constructId(channel.toLowerCase())}Stream`, {
      target: isFirst ? consumer.lambda : this.nameFor(channel, consumer),
      eventSourceArn: table.tableStreamArn ?? '',
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: contract.batchSize,
      parallelizationFactor: PARALLEL_BATCHES,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      maxRecordAge: Duration.seconds(Math.min(retrySeconds + GIVEN_UP_LATER_SECONDS, LONGEST_RECORD_AGE_SECONDS)),
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
      filters: [
        FilterCriteria.filter({
          // What was delivered is removed, and that must wake nobody.
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(`${channel}#`) } } },
        }),
      ],
    });
    mapping.node.addDependency(consumer.role);
  }

  /** Lambda refuses a second mapping of one stream to one function; to another name of the same code it is another's. */
  private nameFor(channel: string, { lambda }: FlowFunction): IFunction {
    const word = channel.toLowerCase();
    const alias = new Alias(this, `${constructId(word)}Reader`, {
      aliasName: `${word}-reader`,
      version: lambda.latestVersion,
    });
    return alias as IFunction; // aws-cdk-lib's own types differ in whether a role may be undefined
  }
}
