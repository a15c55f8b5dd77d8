import { type Account, type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import { type MakeDeletionToken, provideMakeDeletionToken } from '../../shared/account/deletion-tokens.ts';
import { type DeletionChannel, requireDeletionWrite } from '../../shared/account/deletions.ts';
import { cancellableDeletionOf } from '../../shared/account/pending-deletion.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

interface IssueDeletionTokenDeps {
  dynamo: Pick<Dynamo, 'transact'>;
  accounts: Pick<Accounts, 'find'>;
  makeDeletionToken: MakeDeletionToken;
  clock: Clock;
}

/** A token that cancels a deletion, and its end. */
interface IssuedDeletionToken {
  account: Account;
  token: string;
  erasesAtEpochSeconds: number;
}

/**
 * Makes the token of a deletion for one channel and makes it good. A retry gives the same one.
 *
 * @returns `null` where the deletion was cancelled or has begun meanwhile, or the account has no such channel
 */
const makeIssueDeletionToken =
  ({ dynamo, accounts, makeDeletionToken, clock }: IssueDeletionTokenDeps) =>
  async (
    { accountId, deletionId }: { accountId: string; deletionId: string },
    channel: DeletionChannel,
  ): Promise<IssuedDeletionToken | null> => {
    const account = await accounts.find(accountId);
    const deletion = account && cancellableDeletionOf(account, clock.nowSeconds());
    if (!account || deletion?.deletionId !== deletionId) return null;
    const made = await makeDeletionToken({ account, deletion }, channel);
    // On the condition that the account is there: an erasure that is under way must not leave a token behind.
    const isGood = made && (await dynamo.transact([requireDeletionWrite(accountId, deletion), made.write])).won;
    return isGood ? { account, token: made.token, erasesAtEpochSeconds: deletion.erasesAtEpochSeconds } : null;
  };

export type IssueDeletionToken = ReturnType<typeof makeIssueDeletionToken>;

export const provideIssueDeletionToken = (scope: Scope & Ports): IssueDeletionToken =>
  makeIssueDeletionToken({
    ...scope,
    accounts: scope.use(makeAccounts),
    makeDeletionToken: scope.use(provideMakeDeletionToken),
  });
