import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import { isFinal, makeRedriveIntent, type Redriven } from '../../shared/outbox/redrive-intent.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { clearLetters } from './clear-letters.ts';
import { type RedriveCounts, redriveRows } from './redrive-rows.ts';

/** Younger rows are still being delivered by the stream. */
const MINIMUM_AGE_MS = 60_000;

/** Explains to the operator why a row was left, and what it needs. */
const REASONS: Readonly<Record<Exclude<Redriven, 'redriven'>, string>> = {
  'too-late': 'SMS that came too late for whoever waited: never sent',
  expired: 'older than 14 days: never sent',
  unreadable: 'not readable by this version: run the one that wrote it',
  'too-young': 'younger than a minute: under way',
  leased: 'being delivered at this moment',
  changed: 'taken up by a function meanwhile',
  gone: 'delivered or redriven by somebody else meanwhile',
};

export interface RedriveOutboxOptions {
  /** Physical name of the outbox. */
  table: string;
  /** URL of the dead-letter queue. */
  queueUrl: string;
  /** Reports without changing anything. */
  dryRun: boolean;
  clock: Clock;
  /** Takes one line for the operator. */
  say: (line: string) => void;
}

const summary = (counts: RedriveCounts, dryRun: boolean): string => {
  const left = [...counts].filter((entry): entry is [keyof typeof REASONS, number] => entry[0] !== 'redriven');
  const total = left.reduce((sum, [, count]) => sum + count, 0);
  const reasons = left.map(([outcome, count]) => `${count} ${REASONS[outcome]}`).join('; ');
  const redriven = `${dryRun ? 'would redrive' : 'redriven'} ${counts.get('redriven') ?? 0}`;
  return `${redriven}, left ${total}${reasons && ` (${reasons})`}`;
};

/**
 * Retries every undelivered message of the outbox, and removes the dead letters of those that are dealt with. Safe to
 * run twice, even concurrently: each row is redriven once.
 *
 * @throws StoreUnavailable, or what the SDK throws; a second run does the rest
 */
export const redriveOutbox = async (options: RedriveOutboxOptions): Promise<void> => {
  const { table, queueUrl, dryRun, clock, say } = options;
  const dynamo = makeDynamo({
    client: openSdkDynamoClient({ clock }), // with the credentials of an operator
    config: { tables: { outbox: table } },
    randomness: csprng,
  });
  const redriveIntent = makeRedriveIntent({ dynamo, clock, minimumAgeMs: MINIMUM_AGE_MS });
  const beganAtMs = clock.nowMs();

  const counts = await redriveRows({
    client: new DynamoDBClient(),
    table,
    redriveIntent,
    dryRun,
    progress: (soFar) => say(`… ${[...soFar].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`),
  });
  say(summary(counts, dryRun));
  if (dryRun) return;

  const nothingLeft = [...counts.keys()].every(
    (outcome) => outcome === 'redriven' || outcome === 'gone' || isFinal(outcome),
  );
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  const { removed, kept } = await clearLetters({ client, queueUrl, dynamo, redriveIntent, beganAtMs, nothingLeft });
  say(`dead letters: removed ${removed}, kept ${kept}`);
};
