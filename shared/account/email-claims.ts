import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Item, Write } from '../aws/dynamo.ts';

/** The row that makes an address, in its canonical form, an account's own. */
export const emailClaimRow = defineRow({
  table: 'accounts',
  sortKey: () => 'CLAIM',
  word: 'EMAIL',
  shape: {
    accountId: z.string(),
    /** Present where the account has given the address up: it is reserved until then, for an undo, and finds no account. */
    expiresAtEpochSeconds: z.optional(z.int()),
  },
});

/** Whose address it is. @param item `null` where it was never claimed @returns `null` where it is at most reserved */
export const ownerOfEmail = (item: Item | null): string | null => {
  const claim = item && emailClaimRow.parse(item);
  return claim && claim.expiresAtEpochSeconds === undefined ? claim.accountId : null;
};

/** An address, and an account that has it, takes it or gives it up. */
interface EmailClaim {
  /** Canonical. */
  email: string;
  accountId: string;
}

/** Claims an address for this account; loses when the address is claimed, or reserved for another account. */
export const claimEmailWrite = (
  { email, accountId }: EmailClaim,
  nowSeconds: number,
): Extract<Write, { kind: 'put' }> => {
  const { isNew, hasExpired, has, is, and, or } = emailClaimRow.when;
  const isReservedForIt = and(has('expiresAtEpochSeconds'), is('accountId', accountId));
  const isFree = or(isNew, hasExpired(nowSeconds), isReservedForIt);
  return emailClaimRow.putWrite(emailClaimRow.key(email), { accountId }, isFree);
};

/** Gives an address up and reserves it, so that an undo can have it back; loses where the account does not have it. */
export const reserveEmailWrite = ({ email, accountId }: EmailClaim, untilEpochSeconds: number): Write => {
  const { lacks, is, and } = emailClaimRow.when;
  return emailClaimRow.updateWrite(
    emailClaimRow.key(email),
    { set: { expiresAtEpochSeconds: untilEpochSeconds } },
    and(is('accountId', accountId), lacks('expiresAtEpochSeconds')),
  );
};

/** Frees an address for all at once; loses where the account does not have it. */
export const freeEmailWrite = ({ email, accountId }: EmailClaim): Write => {
  const { lacks, is, and } = emailClaimRow.when;
  return emailClaimRow.deleteWrite(
    emailClaimRow.key(email),
    and(is('accountId', accountId), lacks('expiresAtEpochSeconds')),
  );
};
