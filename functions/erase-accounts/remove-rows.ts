import { accountRow } from '../../shared/account/accounts.ts';
import { changeRow } from '../../shared/account/change-journal.ts';
import type { Dynamo, Item, Key } from '../../shared/aws/dynamo.ts';
import { rowsBeginningWith } from '../../shared/aws/rows-beginning-with.ts';
import type { TableName } from '../../shared/contract/contract.ts';
import { deadLetterRow } from '../../shared/outbox/dead-letter-row.ts';
import { intentRow } from '../../shared/outbox/outbox.ts';
import { sessionRow } from '../../shared/session/session-row.ts';

/** Rows that are read and removed at once: more would wait for each other. */
const ROWS_AT_ONCE = 25;

/**
 * Removes the rows under an account's id but for its own row, of whichever kind and version they are: one that is new goes along without
 * being named. It can be done again.
 *
 * @throws StoreUnavailable
 */
export type RemoveRows = (accountId: string) => Promise<void>;

const keyOf = ({ pk, sk }: Item): Key => ({ pk: pk as Key['pk'], sk: String(sk) });

/** Opens it. */
export const makeRemoveRows = ({
  dynamo,
}: {
  dynamo: Pick<Dynamo, 'queryNewest' | 'queryOldest' | 'write'>;
}): RemoveRows => {
  /** @param keep the sort key of a row that stays */
  const emptyPartition = async (table: TableName, pk: Key['pk'], keep: string | null = null): Promise<void> => {
    for (;;) {
      const items = await dynamo.queryNewest({ table, pk, limit: ROWS_AT_ONCE });
      const going = items.map(keyOf).filter(({ sk }) => sk !== keep);
      if (going.length === 0) return;
      await Promise.all(going.map((key) => dynamo.write({ kind: 'delete', table, key })));
    }
  };

  /** Messages that were given up. Those that are still tried end by themselves, for their account is gone. */
  const removeMessages = async (accountId: string): Promise<void> => {
    const key = deadLetterRow.key(accountId, '');
    for await (const letters of rowsBeginningWith(dynamo, { table: 'tokens', key, rowsAtOnce: ROWS_AT_ONCE })) {
      const intents = letters.map(({ sk }) => ({
        ...intentRow.key(''),
        pk: String(sk).slice(key.sk.length) as Key['pk'],
      }));
      await Promise.all(intents.map((intent) => dynamo.write(intentRow.deleteWrite(intent))));
    }
  };

  return async (accountId) => {
    const { pk, sk } = accountRow.key(accountId);
    await emptyPartition('credentials', pk);
    await removeMessages(accountId); // before the rows that name them
    await emptyPartition('tokens', changeRow.key(accountId, '').pk);
    await emptyPartition('tokens', sessionRow.key(accountId, '').pk);
    await emptyPartition('accounts', pk, sk);
  };
};
