import { type Account, type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import { emailClaimRow } from '../../shared/account/email-claims.ts';
import { isExpired } from '../../shared/aws/row.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';

/** Whose an address is: an account's, or one's that gave it up and could have it back by an undo until then. */
export type EmailHolder = { account: Account } | { account: null; reservedUntilEpochSeconds: number };

/** An address, and who would like it. */
interface WantedEmail {
  /** Canonical. */
  email: string;
  /** Account for which a reservation is none, because it is its own; `null` for an account that is still to come. */
  wantedBy: string | null;
}

/** Looks who has an address, for mails that would come with a token that can't be used. */
const makeFindEmailHolder =
  ({ dynamo, clock, accounts }: Pick<Ports, 'dynamo'> & Pick<Scope, 'clock'> & { accounts: Pick<Accounts, 'find'> }) =>
  /** @returns `null` where the address is free @throws StoreUnavailable */
  async ({ email, wantedBy }: WantedEmail): Promise<EmailHolder | null> => {
    const item = await dynamo.get('accounts', emailClaimRow.key(email));
    if (!item) return null;
    const { accountId, expiresAtEpochSeconds: reservedUntilEpochSeconds } = emailClaimRow.parse(item);
    if (reservedUntilEpochSeconds === undefined) {
      const account = await accounts.find(accountId);
      return account && { account };
    }
    const isFree =
      accountId === wantedBy || isExpired({ expiresAtEpochSeconds: reservedUntilEpochSeconds }, clock.nowSeconds());
    return isFree ? null : { account: null, reservedUntilEpochSeconds };
  };

export type FindEmailHolder = ReturnType<typeof makeFindEmailHolder>;

export const provideFindEmailHolder = (scope: Scope & Ports): FindEmailHolder =>
  makeFindEmailHolder({ ...scope, accounts: scope.use(makeAccounts) });
