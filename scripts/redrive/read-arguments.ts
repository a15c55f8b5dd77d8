import { parseArgs } from 'node:util';
import { stackOutputs } from '../stack-outputs.ts';

export const USAGE = `Has every message that is left in the outbox tried anew, and clears the dead letters of those that are dealt with.

  npm run redrive -- --outputs cdk-outputs.json [--stack Keyturn] [--dry-run]
  npm run redrive -- --table <OutboxTable> --queue <DeadLetterQueueUrl> [--dry-run]

Where the package is installed it is "npx keyturn-redrive" instead of "npm run redrive --".

The outputs file is what "cdk deploy --outputs-file cdk-outputs.json" writes; "aws cloudformation describe-stacks" prints the
same names. Credentials and region are the AWS SDK's own (AWS_PROFILE, AWS_REGION …). They need, of the table,
dynamodb:Scan, GetItem, PutItem and DeleteItem; of the queue, sqs:ReceiveMessage and DeleteMessage.`;

/** Arguments of the command. */
export interface RedriveArguments {
  /** Physical name of the outbox. */
  table: string;
  /** URL of the dead-letter queue. */
  queueUrl: string;
  dryRun: boolean;
}

/**
 * Reads the command line.
 *
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[]): RedriveArguments | null => {
  const { values } = parseArgs({
    args,
    options: {
      outputs: { type: 'string' },
      stack: { type: 'string' },
      table: { type: 'string' },
      queue: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { outputs, stack, table, queue } = values;
  if (values.help) return null;
  if (outputs !== undefined && table === undefined && queue === undefined) {
    const wanted = { file: outputs, stack, names: ['OutboxTable', 'DeadLetterQueueUrl'] } as const;
    const found = stackOutputs(wanted);
    return { table: found.OutboxTable, queueUrl: found.DeadLetterQueueUrl, dryRun: values['dry-run'] };
  }
  if (outputs === undefined && table !== undefined && queue !== undefined) {
    return { table, queueUrl: queue, dryRun: values['dry-run'] };
  }
  throw new Error('give either --outputs, or both --table and --queue');
};
