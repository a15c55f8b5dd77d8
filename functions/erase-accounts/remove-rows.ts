import { accountRow } from '../../shared/account/accounts.ts';
import { changeRow } from '../../shared/account/change-journal.ts';
import type { Dynamo, Item, Key } from '../../shared/aws/dynamo.ts';
import type { TableName } from '../../shared/contract/contract.ts';
import { deadLetterRow } from '../../shared/outbox/dead-letter-row.ts';
import { intentRow } from '../../shared/outbox/outbox.ts';
import { sessionRow } from '../../shared/session/session-row.ts';

/** Rows that are read and removed at once: more would wait for each other. */
const ROWS_AT_ONCE = 25;

/**
 * Removes the rows under an account's id, of whichever kind and version they are: one that is new goes along without being named. Each can
 * be done again.
 */
export interface RemoveRows {
  /** Password and factors. @throws StoreUnavailable */
  ofCredentials(accountId: string): Promise<void>;
  /** Messages that were given up. Those that are still tried end by themselves: there is nobody to send them to. @throws StoreUnavailable */
  ofMessages(accountId: string): Promise<void>;
  /** The journal of changes, sessions, devices, counters, and what the tokens of mails are made of. @throws StoreUnavailable */
  ofTokens(accountId: string): Promise<void>;
  /** All that lies beside the account's own row. @throws StoreUnavailable */
  ofHistory(accountId: string): Promise<void>;
}

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

  return {
    ofCredentials: (accountId) => emptyPartition('credentials', accountRow.key(accountId).pk),

    ofMessages: async (accountId) => {
      const { pk, sk } = deadLetterRow.key(accountId, '');
      for (let after = sk; ; ) {
        const items = await dynamo.queryOldest({ table: 'tokens', pk, after, limit: ROWS_AT_ONCE });
        const letters = items.filter((item) => keyOf(item).sk.startsWith(sk));
        const intents = letters.map((item) => ({
          ...intentRow.key(''),
          pk: keyOf(item).sk.slice(sk.length) as Key['pk'],
        }));
        await Promise.all(intents.map((key) => dynamo.write(intentRow.deleteWrite(key))));
        const last = letters.at(-1);
        if (!last || letters.length < items.length) return;
        after = keyOf(last).sk;
      }
    },

    ofTokens: async (accountId) => {
      await emptyPartition('tokens', changeRow.key(accountId, '').pk);
      await emptyPartition('tokens', sessionRow.key(accountId, '').pk);
    },

    ofHistory: (accountId) => {
      const { pk, sk } = accountRow.key(accountId);
      return emptyPartition('accounts', pk, sk);
    },
  };
};
