import type { RowKind } from '../aws/define-row.ts';
import { type Dynamo, StoreUnavailable, type Write } from '../aws/dynamo.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Account, requireEpochWrite } from './accounts.ts';
import { isUnchanged, type LatestTokenRow } from './latest-token-row.ts';

/**
 * Deliveries change the row that names the tokens, a few times for each mail, and mails are spaced.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const REVOKE_ATTEMPTS = 5;

/** The rows of a kind of token that goes out to an account by mail. */
interface MailedTokenRows {
  /** By a token's hash. */
  tokenRow: Pick<RowKind<unknown, [tokenHash: string]>, 'key' | 'consumeWrite' | 'deleteWrite'>;
  latestRow: LatestTokenRow;
  /** What the revocation does to the account; it has to lose once the account has left its epoch. */
  accountWrite?: (account: Account) => Write;
}

/** A token that is good, and whose it is. */
export interface MailedToken {
  tokenHash: string;
  account: Account;
}

/**
 * Voids a token and every other one of its kind that its account has, and ends the spacing of its mails, or does nothing.
 *
 * @returns `false` for all but one of any number of attempts with the tokens of an account, a reset among them
 * @throws StoreUnavailable
 */
export type RevokeMailedToken = (token: MailedToken, writes: readonly Write[]) => Promise<boolean>;

/** Makes the revocation of one kind of token. */
export const makeRevokeMailedToken =
  (
    { dynamo, clock }: { dynamo: Dynamo; clock: Clock },
    { tokenRow, latestRow, accountWrite = requireEpochWrite }: MailedTokenRows,
  ): RevokeMailedToken =>
  async ({ tokenHash, account }, writes) => {
    const { accountId } = account;
    const latestKey = latestRow.key(accountId);
    for (let attempt = 0; attempt < REVOKE_ATTEMPTS; attempt += 1) {
      const item = await dynamo.get('tokens', latestKey);
      const latest = item && latestRow.parse(item);
      const others = new Set([latest?.tokenHash, latest?.olderTokenHash]);
      others.delete(tokenHash);
      const result = await dynamo.transact([
        tokenRow.consumeWrite(tokenRow.key(tokenHash), clock.nowSeconds()),
        accountWrite(account), // a reset with the token beside it wins or loses as a whole
        // On the condition that it is as read, or still not there: a token that begins meanwhile doesn't stay behind.
        latestRow.deleteWrite(latestKey, isUnchanged(latest)),
        ...[...others].flatMap((hash) => (hash === undefined ? [] : [tokenRow.deleteWrite(tokenRow.key(hash))])),
        ...writes,
      ]);
      if (result.won) return true;
      const [ofToken, ofEpoch] = result.refusals;
      if (ofToken || ofEpoch) return false;
    }
    throw new StoreUnavailable('the newest token of an account kept changing');
  };
