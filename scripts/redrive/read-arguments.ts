import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';

/** How it is called, for whoever called it otherwise. */
export const USAGE = `Has every message that is left in the outbox tried anew, and clears the dead letters of those that are dealt with.

  npm run redrive -- --outputs cdk-outputs.json [--stack Keyturn] [--dry-run]
  npm run redrive -- --table <OutboxTable> --queue <DeadLetterQueueUrl> [--dry-run]

The outputs file is what "cdk deploy --outputs-file cdk-outputs.json" writes; "aws cloudformation describe-stacks" prints the
same names. Credentials and region are the AWS SDK's own (AWS_PROFILE, AWS_REGION …). They need, of the table,
dynamodb:Scan, GetItem, PutItem and DeleteItem; of the queue, sqs:ReceiveMessage and DeleteMessage.`;

/** What an operator asks for. */
export interface RedriveArguments {
  /** The outbox, by its physical name. */
  table: string;
  /** The dead-letter queue. */
  queueUrl: string;
  dryRun: boolean;
}

const outputsFile = z.record(z.string(), z.record(z.string(), z.string()));

/** The one stack of a file that has an outbox, or the one that is asked for. @throws Error that says what to write instead */
const fromOutputs = (file: string, wanted: string | undefined): { table: string; queueUrl: string } => {
  const stacks = Object.entries(outputsFile.parse(JSON.parse(readFileSync(file, 'utf8')))).flatMap(
    ([name, { OutboxTable: table, DeadLetterQueueUrl: queueUrl }]) =>
      table !== undefined && queueUrl !== undefined && (wanted === undefined || name === wanted)
        ? [{ name, table, queueUrl }]
        : [],
  );
  const [stack, ...others] = stacks;
  if (!stack)
    throw new Error(`${file} has no ${wanted ?? 'stack'} with the outputs OutboxTable and DeadLetterQueueUrl`);
  if (others.length > 0)
    throw new Error(`${file} has ${stacks.map(({ name }) => name).join(', ')}: add --stack <name>`);
  return { table: stack.table, queueUrl: stack.queueUrl };
};

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
    return { ...fromOutputs(outputs, stack), dryRun: values['dry-run'] };
  }
  if (outputs === undefined && table !== undefined && queue !== undefined) {
    return { table, queueUrl: queue, dryRun: values['dry-run'] };
  }
  throw new Error('give either --outputs, or both --table and --queue');
};
