import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import { EMAIL_PROOF_SECONDS } from '../contract/lifetimes.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Account, accountRow, parseAccount, sessionIsCurrent } from './accounts.ts';
import { proveEmailWrite } from './email-delivery.ts';
import { emailProofRow, emailProofSaltRow } from './email-proof-rows.ts';
import type { Principal } from './principal.ts';

/** A proof that is asked for. */
interface AskedProof {
  principal: Principal;
  /** The account's, which mail does not reach. */
  email: string;
  /** What the token is to be derived from. */
  salt: string;
  writes: readonly Write[];
}

/** A proof whose token is good. */
interface EmailProof {
  tokenHash: string;
  account: Account;
}

/** Proofs that mail reaches an address again. */
export interface EmailProofs {
  /**
   * @returns `asked` to one of any number of attempts; `lost` where the session has ended or the address is another or marked no more; or
   * in how many seconds the next proof can be asked for
   * @throws StoreUnavailable
   */
  ask(asked: AskedProof): Promise<'asked' | 'lost' | { retryAfterSeconds: number }>;
  /**
   * Reads the same rows for a token that is good and for one that isn't.
   *
   * @returns `null` for a token that is unknown, used or expired, or whose account has another address or another epoch
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<EmailProof | null>;
  /** Consumes the token and takes the mark off. @returns `false` for all but one of any number of attempts @throws StoreUnavailable */
  prove(proof: EmailProof & { writes: readonly Write[] }): Promise<boolean>;
}

const { when } = accountRow;

/** Opens the proofs. */
export const makeEmailProofs = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): EmailProofs => ({
  ask: async ({ principal, email, salt, writes }) => {
    const { accountId, epoch } = principal;
    const nowSeconds = clock.nowSeconds();
    const isMarked = when.and(sessionIsCurrent(principal), when.is('email', email), when.has('emailMark'));
    const result = await dynamo.transact([
      accountRow.checkWrite(accountRow.key(accountId), isMarked),
      emailProofSaltRow.putWrite(
        emailProofSaltRow.key(accountId),
        { salt, email, epoch, expiresAtEpochSeconds: nowSeconds + EMAIL_PROOF_SECONDS },
        emailProofSaltRow.when.or(emailProofSaltRow.when.isNew, emailProofSaltRow.when.hasExpired(nowSeconds)),
      ),
      ...writes,
    ]);
    if (result.won) return 'asked';
    const [ofAccount, ofSalt] = result.refusals;
    if (ofAccount || !ofSalt?.current) return 'lost';
    const { expiresAtEpochSeconds } = emailProofSaltRow.parse(ofSalt.current);
    return { retryAfterSeconds: Math.max(1, expiresAtEpochSeconds - nowSeconds) };
  },

  find: async (tokenHash) => {
    const item = await dynamo.get('tokens', emailProofRow.key(tokenHash));
    const proof = item && emailProofRow.parse(item);
    // No account has the hash for its id: an unknown token takes as many reads as a known one.
    const accountItem = await dynamo.get('accounts', accountRow.key(proof?.accountId ?? tokenHash));
    if (!proof || isExpired(proof, clock.nowSeconds()) || !accountItem) return null;
    const account = parseAccount(accountItem);
    return account.email === proof.email && account.epoch === proof.epoch ? { tokenHash, account } : null;
  },

  prove: async ({ tokenHash, account, writes }) => {
    const nowSeconds = clock.nowSeconds();
    const result = await dynamo.transact([
      emailProofRow.consumeWrite(emailProofRow.key(tokenHash), nowSeconds),
      proveEmailWrite(account, nowSeconds),
      ...writes,
    ]);
    return result.won;
  },
});
