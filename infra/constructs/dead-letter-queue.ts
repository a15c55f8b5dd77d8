import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/**
 * The longest that SQS keeps messages, so that an operator may be on leave. Intents are kept as long
 * (shared/outbox/outbox.ts).
 */
const DEAD_LETTERS_KEPT = Duration.days(14);

/** Makes the dead-letter queue of what invokes a function. */
export const makeDeadLetterQueue = (scope: Construct): Queue => {
  const queue = new Queue(scope, 'DeadLetters', {
    enforceSSL: true,
    encryption: QueueEncryption.SQS_MANAGED,
    retentionPeriod: DEAD_LETTERS_KEPT,
  });
  acknowledge(queue, {
    'AwsSolutions-SQS3': 'It is the dead-letter queue.',
    'Serverless-SQSRedrivePolicy': 'It is the dead-letter queue.',
  });
  return queue;
};
