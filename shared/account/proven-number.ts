import type { Account } from './accounts.ts';

/**
 * The number by which an owner is told what mail can't bring: one that no other account has proven since.
 *
 * @returns `null` for none, and for one of release 0.1.0, of which the account's row doesn't say that
 */
export const provenNumberOf = ({ phone }: Pick<Account, 'phone'>): Account['phone'] =>
  phone?.isVerified === true ? phone : null;
