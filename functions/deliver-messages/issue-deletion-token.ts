import { type Account, type Accounts, makeAccounts, parseAccount } from '../../shared/account/accounts.ts';
import { type MakeDeletionToken, provideMakeDeletionToken } from '../../shared/account/deletion-tokens.ts';
import { type DeletionChannel, requireDeletionWrite, saltDeletionWrite } from '../../shared/account/deletions.ts';
import { cancellableDeletionOf, type PendingDeletion } from '../../shared/account/pending-deletion.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

interface IssueDeletionTokenDeps {
  dynamo: Pick<Dynamo, 'transact' | 'write'>;
  accounts: Pick<Accounts, 'find'>;
  makeDeletionToken: MakeDeletionToken;
  derivedSecrets: Pick<DerivedSecrets, 'newSalt'>;
  clock: Clock;
}

/** A token that cancels a deletion, and the deletion. */
interface IssuedDeletionToken {
  account: Account;
  token: string;
  deletion: PendingDeletion;
}

/**
 * Makes the token of a deletion for one channel and makes it good. A retry gives the same one.
 *
 * @returns `null` where the deletion was cancelled or has begun meanwhile, or the account has no such channel
 */
const makeIssueDeletionToken = ({
  dynamo,
  accounts,
  makeDeletionToken,
  derivedSecrets,
  clock,
}: IssueDeletionTokenDeps) => {
  /** The salt, the same one for both channels. @returns `null` where the deletion was cancelled or has begun meanwhile */
  const saltOf = async (accountId: string, deletion: PendingDeletion): Promise<string | null> => {
    if (deletion.salt !== undefined) return deletion.salt;
    const made = derivedSecrets.newSalt();
    const result = await dynamo.write(saltDeletionWrite(accountId, deletion, made));
    if (result.won) return made;
    const now = result.current && parseAccount(result.current).deletion; // the other channel's delivery made it meanwhile
    return now?.deletionId === deletion.deletionId ? (now.salt ?? null) : null;
  };

  return async (
    { accountId, deletionId }: { accountId: string; deletionId: string },
    channel: DeletionChannel,
  ): Promise<IssuedDeletionToken | null> => {
    const account = await accounts.find(accountId);
    const deletion = account && cancellableDeletionOf(account, clock.nowSeconds());
    if (!account || deletion?.deletionId !== deletionId) return null;
    const salt = await saltOf(accountId, deletion);
    const made = salt === null ? null : await makeDeletionToken({ account, deletion: { ...deletion, salt } }, channel);
    // On the condition that the account is there: an erasure that is under way must not leave a token behind.
    const isGood = made && (await dynamo.transact([requireDeletionWrite(accountId, deletion), made.write])).won;
    return isGood ? { account, token: made.token, deletion } : null;
  };
};

export type IssueDeletionToken = ReturnType<typeof makeIssueDeletionToken>;

export const provideIssueDeletionToken = (scope: Scope & Ports): IssueDeletionToken =>
  makeIssueDeletionToken({
    ...scope,
    accounts: scope.use(makeAccounts),
    makeDeletionToken: scope.use(provideMakeDeletionToken),
    derivedSecrets: scope.use(makeDerivedSecrets),
  });
