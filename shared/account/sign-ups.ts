import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired, type RowOf } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Account, createAccountWrite } from './accounts.ts';
import { claimEmailWrite, emailClaimRow } from './email-claims.ts';
import { createPasswordWrite } from './passwords.ts';

/** A sign-up that waits for its token, by the token's hash. */
export const signUpRow = defineRow({
  table: 'tokens',
  word: 'SIGN_UP',
  sortKey: () => 'TOKEN',
  shape: { email: z.string(), locale: z.nullable(z.string()), expiresAtEpochSeconds: z.int() },
});

/** A sign-up with a mailed token, which proves control of the address. */
export interface PendingSignUp {
  tokenHash: string;
  /** Canonical. */
  email: string;
  /** BCP 47; `null` where the request named none. */
  locale: string | null;
}

/** Sign-ups between the request and the account. */
export interface SignUps {
  /**
   * @returns `null` for a token that is unknown, used or expired, or whose address has an account by now
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<PendingSignUp | null>;
  /**
   * Consumes the token and creates the account with its address, its password and its first session, or does nothing.
   * @returns `false` for all but one of any number of attempts with a token, or with one address
   * @throws StoreUnavailable
   */
  complete(completion: {
    signUp: PendingSignUp;
    account: Account;
    phc: string;
    writes: readonly Write[];
  }): Promise<boolean>;
}

/** Whether a claim was a reservation that has ended. */
const isClaimOver = ({ expiresAtEpochSeconds = Number.POSITIVE_INFINITY }: RowOf<typeof emailClaimRow>, now: number) =>
  isExpired({ expiresAtEpochSeconds }, now);

/** Opens the sign-ups. */
export const makeSignUps = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): SignUps => ({
  find: async (tokenHash) => {
    const item = await dynamo.get('tokens', signUpRow.key(tokenHash));
    if (!item) return null;
    const row = signUpRow.parse(item);
    if (isExpired(row, clock.nowSeconds())) return null;
    const claim = await dynamo.get('accounts', emailClaimRow.key(row.email));
    const isTaken = claim !== null && !isClaimOver(emailClaimRow.parse(claim), clock.nowSeconds());
    return isTaken ? null : { tokenHash, email: row.email, locale: row.locale };
  },

  complete: async ({ signUp: { tokenHash, email }, account, phc, writes }) => {
    const result = await dynamo.transact([
      signUpRow.consumeWrite(signUpRow.key(tokenHash), clock.nowSeconds()),
      claimEmailWrite({ email, accountId: account.accountId }, clock.nowSeconds()),
      createAccountWrite(account),
      createPasswordWrite({ accountId: account.accountId, phc, epoch: account.epoch }),
      ...writes,
    ]);
    return result.won;
  },
});
