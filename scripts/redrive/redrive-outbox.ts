import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { isHopeless, makeRedriveIntent, type Redriven } from '../../shared/outbox/redrive-intent.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { clearLetters } from './clear-letters.ts';
import { type RedriveCounts, redriveRows } from './redrive-rows.ts';

/** What is younger is on its way: the stream has told of it, or is about to. */
const MINIMUM_AGE_MS = 60_000;

/** What an operator is told of a row that was left, and what it takes. */
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
  /** The outbox, by its physical name. */
  table: string;
  /** The dead-letter queue. */
  queueUrl: string;
  /** Looks and changes nothing. */
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
 * Has every message that is left in the outbox tried anew, and removes the dead letters of those that are dealt with. It may
 * run twice, or twice at once: each row is redriven by one of them.
 *
 * @throws StoreUnavailable, or what the SDK throws; a second run does the rest
 */
export const redriveOutbox = async (options: RedriveOutboxOptions): Promise<void> => {
  const { table, queueUrl, dryRun, clock, say } = options;
  const dynamo = connectDynamo({ config: { tables: { outbox: table } }, clock, randomness: csprng });
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
    (outcome) => outcome === 'redriven' || outcome === 'gone' || isHopeless(outcome),
  );
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  const { removed, kept } = await clearLetters({ client, queueUrl, dynamo, redriveIntent, beganAtMs, nothingLeft });
  say(`dead letters: removed ${removed}, kept ${kept}`);
};
