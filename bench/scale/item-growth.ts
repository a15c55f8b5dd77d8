import { type AttributeValue, type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { localTables } from '../../local/create-tables.ts';
import { itemBytes } from '../../scripts/stored/item-bytes.ts';
import { openAccount, PASSWORD } from '../../test/catalogue/people.ts';
import { post } from '../../test/catalogue/service.ts';
import { runLoad } from '../http-load.ts';
import type { MeasuredTarget, StagedTree } from '../stage.ts';
import { FILLED_TABLES } from './seed-accounts.ts';

/** Rows of one kind: how many an account has, and the bytes of the largest. */
export interface KindSize {
  rows: number;
  largestBytes: number;
}

/** Sizes after a number of sign-ins, by table and first word of the sort key. */
export interface GrowthStep {
  signIns: number;
  kinds: ReadonlyMap<string, KindSize>;
}

/** Numbers in a row take a byte more with every second digit. */
const DIGITS_BYTES = 8;

/** One after the other, as one person signs in. */
const AT_ONCE = 1;

/** Sizes of the rows of an account. */
export const sizesOf = (rows: readonly { table: string; item: Record<string, unknown> }[]): Map<string, KindSize> => {
  const kinds = new Map<string, KindSize>();
  for (const { table, item } of rows) {
    const kind = `${table} ${String(item.sk).split('#')[0]}`;
    const { rows: count, largestBytes } = kinds.get(kind) ?? { rows: 0, largestBytes: 0 };
    kinds.set(kind, { rows: count + 1, largestBytes: Math.max(largestBytes, itemBytes(item)) });
  }
  return kinds;
};

/**
 * The kinds of rows that grew between the last two steps. What has a bound of its own, as the devices of an account have, may
 * reach it before.
 */
export const grownKinds = (steps: readonly GrowthStep[]): string[] => {
  const [before, last] = steps.slice(-2);
  if (!before || !last) return [];
  return [...last.kinds]
    .filter(([kind, { largestBytes }]) => {
      const then = before.kinds.get(kind);
      return then !== undefined && largestBytes > then.largestBytes + DIGITS_BYTES;
    })
    .map(([kind]) => kind);
};

/** Signs one account in again and again, and measures its rows on the way. @param milestones numbers of sign-ins, ascending */
export const measureGrowth = async (
  { staged, target, client }: { staged: StagedTree; target: MeasuredTarget; client: DynamoDBClient },
  milestones: readonly number[],
): Promise<GrowthStep[]> => {
  const { email, accountId } = await openAccount(staged.service);
  const tables = localTables(staged.place.tablePrefix);
  const rowsNow = async () => {
    const rows: { table: string; item: Record<string, unknown> }[] = [];
    for (const table of FILLED_TABLES) {
      const pages = paginateQuery(
        { client },
        {
          TableName: tables[table],
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: { '#pk': 'pk' },
          ExpressionAttributeValues: { ':pk': { S: `ACCOUNT#${accountId}` } },
        },
      );
      for await (const { Items = [] } of pages) {
        rows.push(...Items.map((item: Record<string, AttributeValue>) => ({ table, item: unmarshall(item) })));
      }
    }
    return rows;
  };

  const steps: GrowthStep[] = [];
  let done = 0;
  for (const signIns of milestones) {
    await runLoad(signIns - done, AT_ONCE, () => target.call(post('/sessions', { email, password: PASSWORD })));
    done = signIns;
    steps.push({ signIns, kinds: sizesOf(await rowsNow()) });
  }
  return steps;
};
