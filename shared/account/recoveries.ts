import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';
import { smsSpentRow } from '../sms/sms-spent-row.ts';
import { type Account, accountRow, parseAccount } from './accounts.ts';
import { type JournalledChange, raiseEpochAndCountWrite, setPasswordOfUndoWrite } from './change-journal.ts';
import { setPasswordWrite } from './passwords.ts';
import { isErasable } from './pending-deletion.ts';
import { latestRecoveryRow, recoveryRow } from './recovery-rows.ts';
import { type MailedToken, makeRevokeMailedToken } from './revoke-mailed-token.ts';

/** A recovery token that is good, and the account it recovers. */
interface Recovery extends MailedToken {
  expiresAtEpochSeconds: number;
  /** Whether an undo gave it. */
  isOfUndo: boolean;
}

/** Recovery tokens. Of one account two work at the most. */
export interface Recoveries {
  /**
   * @returns `null` for a token that is unknown, used, expired, voided, of an earlier epoch, or that went out by SMS
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<Recovery | null>;
  /**
   * Consumes the token, sets the password and raises the epoch, or does nothing.
   * @param reset.journalled `null` for a token that an undo gave: what it sets can't be undone
   * @returns `false` for all but one of any number of attempts with a token
   * @throws StoreUnavailable
   */
  resetPassword(reset: {
    recovery: Recovery;
    phc: string;
    journalled: JournalledChange | null;
    writes: readonly Write[];
  }): Promise<boolean>;
  /**
   * Voids the token and every other one of its account, and ends the spacing of its mails, or does nothing.
   * @returns `false` for all but one of any number of attempts with the tokens of an account, a reset among them
   * @throws StoreUnavailable
   */
  revoke(revocation: { recovery: MailedToken; writes: readonly Write[] }): Promise<boolean>;
}

/** Opens the recovery tokens. */
export const makeRecoveries = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Recoveries => {
  const revoke = makeRevokeMailedToken({ dynamo, clock }, { tokenRow: recoveryRow, latestRow: latestRecoveryRow });

  /**
   * Whether a token went out by mail. Release 0.1.0 sent some by SMS, to numbers that no owner had chosen for it, and wrote no
   * channel: for accounts with a number, what was paid for the token's own intent tells (docs/adr/0019).
   */
  const wentByMail = async (
    tokenHash: string,
    { channel }: { channel?: string | undefined },
    { accountId, phone }: Account,
  ): Promise<boolean> => {
    if (channel !== undefined) return channel === 'mail';
    if (!phone) return true;
    const item = await dynamo.get('tokens', latestRecoveryRow.key(accountId));
    const latest = item && latestRecoveryRow.parse(item);
    return latest?.tokenHash === tokenHash && !(await dynamo.get('tokens', smsSpentRow.key(latest.intentId)));
  };

  return {
    find: async (tokenHash) => {
      const item = await dynamo.get('tokens', recoveryRow.key(tokenHash));
      if (!item) return null;
      const token = recoveryRow.parse(item);
      if (isExpired(token, clock.nowSeconds())) return null;

      const accountItem = await dynamo.get('accounts', accountRow.key(token.accountId));
      if (!accountItem) return null;
      const account = parseAccount(accountItem);
      if (isErasable(account, clock.nowSeconds())) return null;
      const isGood = account.epoch === token.epoch && (await wentByMail(tokenHash, token, account));
      if (!isGood) return null;
      const { expiresAtEpochSeconds, isOfUndo = false } = token;
      return { tokenHash, account, expiresAtEpochSeconds, isOfUndo };
    },

    resetPassword: async ({ recovery: { tokenHash, account }, phc, journalled, writes }) => {
      const { accountId, epoch } = account;
      const result = await dynamo.transact([
        recoveryRow.consumeWrite(recoveryRow.key(tokenHash), clock.nowSeconds()),
        setPasswordWrite({ accountId, phc }),
        journalled
          ? raiseEpochAndCountWrite({ accountId, epoch }, journalled)
          : setPasswordOfUndoWrite({ accountId, epoch }, account.changeNumber),
        ...writes,
      ]);
      return result.won;
    },

    revoke: ({ recovery, writes }) => revoke(recovery, writes),
  };
};
