import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../shared/aws/dynamo.ts';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { ROW_VERSIONS } from '../../shared/aws/row.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { inParts, pagesOf } from '../command/scan-table.ts';
import type { LastingTable } from './lasting-rows.ts';
import { type Upgraded, upgradeRow } from './upgrade-row.ts';

/** Rows upgraded concurrently; a small load beside the table's own. */
const AT_ONCE = 10;

/** In this order: accounts before the rows that refer to them. */
const TABLES: readonly LastingTable[] = ['accounts', 'credentials', 'tokens'];

export interface UpgradeTablesOptions {
  /** Physical names. */
  tables: Readonly<Record<LastingTable, string>>;
  /** Reports without changing anything. */
  dryRun: boolean;
  clock: Clock;
  /** Takes one line for the operator: numbers, and nothing of a row. */
  say: (line: string) => void;
  /** Rows per page; DynamoDB's own page unless set. */
  pageSize?: number;
}

type Counts = ReadonlyMap<Upgraded, number>;

const summary = (table: LastingTable, counts: Counts, dryRun: boolean): string => {
  const count = (outcome: Upgraded): number => counts.get(outcome) ?? 0;
  const upgraded = `${dryRun ? 'would upgrade' : 'upgraded'} ${count('upgraded')}`;
  const unreadable = count('unreadable') > 0 ? `, ${count('unreadable')} not readable by this version` : '';
  return `${table}: ${upgraded}, ${count('present')} of version ${ROW_VERSIONS.written} or newer, ${count('expiring')} expire by themselves${unreadable}`;
};

/**
 * Scans the tables page by page and stores each lasting row of an older version in the one that this release writes. It
 * may be stopped at any moment and run twice, even concurrently, while people use the service.
 *
 * @returns `false` where rows can't be read: then no release that drops a version may be deployed
 * @throws StoreUnavailable, or what the SDK throws; rows upgraded by then stay so, and a second run does the rest
 */
export const upgradeTables = async (options: UpgradeTablesOptions): Promise<boolean> => {
  const { tables, dryRun, clock, say, pageSize } = options;
  const dynamo = makeDynamo({
    client: openSdkDynamoClient({ clock }), // with the credentials of an operator
    config: { tables },
    randomness: csprng,
  });
  const client = new DynamoDBClient();

  const upgradeTable = async (table: LastingTable): Promise<Counts> => {
    const counts = new Map<Upgraded, number>();
    const upgrade = async (item: Item): Promise<void> => {
      const outcome = await upgradeRow({ dynamo, table, item, dryRun });
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    };
    for await (const { items, isLast } of pagesOf(client, tables[table], pageSize)) {
      await inParts(items, { atOnce: AT_ONCE, work: upgrade });
      if (!isLast) say(`… ${summary(table, counts, dryRun)}`);
    }
    return counts;
  };

  let isComplete = true;
  for (const table of TABLES) {
    const counts = await upgradeTable(table);
    say(summary(table, counts, dryRun));
    isComplete &&= !counts.has('unreadable');
  }
  client.destroy();
  return isComplete;
};
