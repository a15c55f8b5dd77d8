import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../shared/aws/dynamo.ts';
import type { RedriveIntent, Redriven } from '../../shared/outbox/redrive-intent.ts';
import { inParts, pagesOf } from '../command/scan-table.ts';

/** Rows redriven concurrently; a small load beside the table's own. */
const AT_ONCE = 10;

/** Number of rows by outcome. */
export type RedriveCounts = ReadonlyMap<Redriven, number>;

export interface RedriveRowsOptions {
  /** Reads the table; writes go through `redriveIntent`'s own port. */
  client: DynamoDBClient;
  /** Physical name of the outbox. */
  table: string;
  redriveIntent: RedriveIntent;
  /** Selects rows; all unless given. */
  isMeant?: (item: Item) => boolean;
  /** Reports without changing anything. */
  dryRun?: boolean;
  /** Called after each page of the table. */
  progress?: (counts: RedriveCounts) => void;
}

/**
 * Redrives the rows of the outbox, page by page. Delivered rows are no longer in it.
 *
 * @throws StoreUnavailable, or what the SDK throws; rows redriven by then stay so, and a second run does the rest
 */
export const redriveRows = async (options: RedriveRowsOptions): Promise<RedriveCounts> => {
  const { client, table, redriveIntent, isMeant = () => true, dryRun = false, progress = () => undefined } = options;
  const counts = new Map<Redriven, number>();
  const redrive = async (item: Item): Promise<void> => {
    const outcome = dryRun ? (redriveIntent.skipReasonOf(item) ?? 'redriven') : await redriveIntent.redrive(item);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  };

  for await (const page of pagesOf(client, table)) {
    const items = page.items.filter(isMeant);
    await inParts(items, { atOnce: AT_ONCE, work: redrive });
    if (items.length > 0) progress(counts);
  }
  return counts;
};
