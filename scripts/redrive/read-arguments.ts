import {
  COMMON_USAGE,
  type CommonArguments,
  readCommandLine,
  readResources,
  SWITCH,
  TEXT,
} from '../command/command-line.ts';

export const USAGE = `Has every message that is left in the outbox tried anew, and clears the dead letters of those that are dealt with.

  npm run redrive -- --outputs cdk-outputs.json [--stack Keyturn] [--dry-run]
  npm run redrive -- --table <OutboxTable> --queue <DeadLetterQueueUrl> [--dry-run]

Where the package is installed it is "npx keyturn-redrive" instead of "npm run redrive --".

  --dry-run         says what would be retried, and changes nothing
${COMMON_USAGE} They need, of the table, dynamodb:Scan, GetItem, PutItem and
DeleteItem; of the queue, sqs:ReceiveMessage and DeleteMessage.

Status 0: done; what was left is said with its reason. Status 1: it was stopped; run it again. Status 2: it was called wrongly.`;

/** Arguments of the command. */
export interface RedriveArguments extends CommonArguments {
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
  const line = readCommandLine(args, { options: { table: TEXT, queue: TEXT, 'dry-run': SWITCH }, most: 0 });
  if (!line) return null;
  const { region, 'dry-run': dryRun } = line.values;
  const { table, queue } = readResources(line.values, { table: 'OutboxTable', queue: 'DeadLetterQueueUrl' });
  return { region, table, queueUrl: queue, dryRun };
};
