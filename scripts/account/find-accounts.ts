import { accountRow, parseAccount, phoneClaimRow } from '../../shared/account/accounts.ts';
import { emailClaimRow, ownerOfEmail } from '../../shared/account/email-claims.ts';
import { holdersOf, parseClaim } from '../../shared/account/phone-claim-writes.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { canonicalEmailAddress } from '../../shared/primitives/email-address.ts';
import { canonicalPhoneNumber } from '../../shared/primitives/phone-number.ts';

/** Accounts that were looked for; all texts in the form in which the flows store them. */
export interface Found {
  by: 'email' | 'phone_number' | 'account_id';
  /** Canonical. */
  subject: string;
  account_ids: readonly string[];
}

/**
 * Finds accounts by what a person says of themselves, read as the flows read it. A number can be of several accounts, the latest to prove
 * it last.
 *
 * @param typed at most a line
 * @returns `null` for a text that is neither an address, a number nor an id
 * @throws StoreUnavailable
 */
export const findAccounts = async (dynamo: Pick<Dynamo, 'get'>, typed: string): Promise<Found | null> => {
  const email = canonicalEmailAddress(typed);
  if (email !== null) {
    const accountId = ownerOfEmail(await dynamo.get('accounts', emailClaimRow.key(email)));
    return { by: 'email', subject: email, account_ids: accountId === null ? [] : [accountId] };
  }
  const number = canonicalPhoneNumber(typed);
  if (number) {
    const { e164 } = number;
    const claim = parseClaim(await dynamo.get('accounts', phoneClaimRow.key(e164)));
    // A claim counts only where the account's own row names the number: older releases have left some (docs/adr/0019).
    const has = async (accountId: string): Promise<boolean> => {
      const item = await dynamo.get('accounts', accountRow.key(accountId));
      return item !== null && parseAccount(item).phone?.e164 === e164;
    };
    const holders = await Promise.all(holdersOf(claim).map(async (id) => ((await has(id)) ? [id] : [])));
    return { by: 'phone_number', subject: e164, account_ids: holders.flat() };
  }
  const id = typed.trim().toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return null;
  const item = await dynamo.get('accounts', accountRow.key(id));
  return { by: 'account_id', subject: id, account_ids: item ? [id] : [] };
};
