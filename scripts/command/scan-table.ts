import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../shared/aws/dynamo.ts';

/** Rows that one answer of DynamoDB has. */
interface TablePage {
  items: Item[];
  isLast: boolean;
}

/**
 * Reads a whole table, page by page, as it is at that moment.
 *
 * @param table its physical name
 * @param pageSize rows per page; DynamoDB's own page, 1 MB, unless set
 * @throws what the SDK throws
 */
export async function* pagesOf(client: DynamoDBClient, table: string, pageSize?: number): AsyncGenerator<TablePage> {
  let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, Limit: pageSize, ExclusiveStartKey }),
    );
    ExclusiveStartKey = page.LastEvaluatedKey;
    yield { items: (page.Items ?? []).map((attributes) => unmarshall(attributes)), isLast: !ExclusiveStartKey };
  } while (ExclusiveStartKey);
}

/** Works on several at once. One that fails leaves none of the others under way. @throws what the first of them throws */
export const inParts = async <One>(
  all: readonly One[],
  { atOnce, work }: { atOnce: number; work: (one: One) => Promise<void> },
): Promise<void> => {
  for (let first = 0; first < all.length; first += atOnce) {
    const running = all.slice(first, first + atOnce).map(work);
    await Promise.allSettled(running);
    await Promise.all(running);
  }
};
