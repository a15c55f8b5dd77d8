import * as z from 'zod/mini';
import type { Dynamo, Key, Write } from '../aws/dynamo.ts';
import { isExpired, rowSchema, rowStamp } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Account, claimEmailWrite, createAccountWrite, emailClaimKey } from './accounts.ts';
import { createPasswordWrite } from './passwords.ts';

const signUpRow = rowSchema({
  email: z.string(),
  locale: z.nullable(z.string()),
  expiresAtEpochSeconds: z.int(),
});

const signUpKey = (tokenHash: string): Key => ({ pk: `SIGN_UP#${tokenHash}`, sk: 'TOKEN' });

/** A sign-up whose token somebody holds, which proves that they read the address's mail. */
export interface PendingSignUp {
  tokenHash: string;
  /** Canonical. */
  email: string;
  /** BCP 47; `null` where the request named none. */
  locale: string | null;
}

/** Sign-ups between the request and the account. */
export interface SignUps {
  issue(signUp: PendingSignUp & { expiresAtEpochSeconds: number }): Promise<void>;
  /** @returns `null` for a token that is unknown, used or expired, or whose address has an account by now */
  find(tokenHash: string): Promise<PendingSignUp | null>;
  /**
   * Consumes the token and creates the account with its address, its password and its first session, or does nothing.
   * @returns `false` for all but one of any number of attempts with a token, or with one address
   */
  complete(completion: {
    signUp: PendingSignUp;
    account: Account;
    phc: string;
    writes: readonly Write[];
  }): Promise<boolean>;
}

/** Opens the sign-ups. */
export const makeSignUps = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): SignUps => ({
  issue: async ({ tokenHash, email, locale, expiresAtEpochSeconds }) => {
    await dynamo.write({
      kind: 'put',
      table: 'tokens',
      item: { ...signUpKey(tokenHash), ...rowStamp, email, locale, expiresAtEpochSeconds },
      condition: 'attribute_not_exists(#pk)',
    });
  },

  find: async (tokenHash) => {
    const item = await dynamo.get('tokens', signUpKey(tokenHash));
    if (!item) return null;
    const row = signUpRow.parse(item);
    if (isExpired(row, clock.nowSeconds())) return null;
    const claim = await dynamo.get('accounts', emailClaimKey(row.email));
    return claim ? null : { tokenHash, email: row.email, locale: row.locale };
  },

  complete: async ({ signUp: { tokenHash, email }, account, phc, writes }) => {
    const result = await dynamo.transact([
      {
        kind: 'delete',
        table: 'tokens',
        key: signUpKey(tokenHash),
        condition: 'attribute_exists(#pk) AND #expiresAtEpochSeconds > :now',
        values: { ':now': clock.nowSeconds() },
      },
      claimEmailWrite({ email, accountId: account.accountId }),
      createAccountWrite(account),
      createPasswordWrite({ accountId: account.accountId, phc }),
      ...writes,
    ]);
    return result.won;
  },
});
