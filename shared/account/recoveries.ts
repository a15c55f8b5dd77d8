import type { Condition } from '../aws/conditions.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import { RECOVERY_PAUSE_SECONDS, RESET_PROVES_SECONDS } from '../contract/lifetimes.ts';
import type { Clock } from '../primitives/clock.ts';
import { smsSpentRow } from '../sms/sms-spent-row.ts';
import { type Account, accountRow, parseAccount } from './accounts.ts';
import { type JournalledChange, raiseEpochAndCountWrite, setPasswordOfUndoWrite } from './change-journal.ts';
import { setPasswordWrite } from './passwords.ts';
import { isErasable } from './pending-deletion.ts';
import { latestRecoveryRow, latestRecoverySmsRow, recoveryRow } from './recovery-rows.ts';
import { type MailedToken, makeRevokeMailedToken } from './revoke-mailed-token.ts';

/** A recovery token that is good, and the account it recovers. */
interface Recovery extends MailedToken {
  expiresAtEpochSeconds: number;
  /** Whether an undo gave it. */
  isOfUndo: boolean;
  /** The choice of the number that it went to; `null` for one by mail. */
  choiceId: string | null;
}

/** A token that ends recoveries of an account, and of which kind those are. */
interface Revocable extends MailedToken {
  isByPhone: boolean;
}

/** Recovery tokens. Of one account two by mail work at the most, and two by SMS. */
export interface Recoveries {
  /**
   * @returns `null` for a token that is unknown, used, expired, voided, of an earlier epoch, or that went to a number which is not chosen
   * for it, or no more
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<Recovery | null>;
  /**
   * Takes the token of a mail about a recovery by phone as well, which recovers nothing.
   * @throws StoreUnavailable
   */
  findRevocable(tokenHash: string): Promise<Revocable | null>;
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
   * Voids the token and every other one of its account that went the same way, and ends the spacing of their messages, or does nothing.
   * After one by phone none goes to the number for a day: who asked for it will ask again.
   * @returns `false` for all but one of any number of attempts with the tokens of an account, a reset among them
   * @throws StoreUnavailable
   */
  revoke(revocation: { recovery: Revocable; writes: readonly Write[] }): Promise<boolean>;
}

const { when } = accountRow;

/** Another account may have proven the number since, or its owner chosen another. */
const isChosenStill = (choiceId: string): Condition => when.is(['recoveryPhone', 'choiceId'], choiceId);

/** Opens the recovery tokens. */
export const makeRecoveries = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Recoveries => {
  const revokeByMail = makeRevokeMailedToken(
    { dynamo, clock },
    { tokenRow: recoveryRow, latestRow: latestRecoveryRow },
  );
  const revokeByPhone = makeRevokeMailedToken(
    { dynamo, clock },
    {
      tokenRow: recoveryRow,
      latestRow: latestRecoverySmsRow,
      accountWrite: ({ accountId, epoch, recoveryPhone }) =>
        accountRow.updateWrite(
          accountRow.key(accountId),
          {
            setAt: [[['recoveryPhone', 'pausedUntilEpochSeconds'], clock.nowSeconds() + RECOVERY_PAUSE_SECONDS]],
          },
          when.and(when.is('epoch', epoch), isChosenStill(recoveryPhone?.choiceId ?? '')),
        ),
    },
  );

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

  const findToken = async (tokenHash: string) => {
    const item = await dynamo.get('tokens', recoveryRow.key(tokenHash));
    if (!item) return null;
    const token = recoveryRow.parse(item);
    if (isExpired(token, clock.nowSeconds())) return null;

    const accountItem = await dynamo.get('accounts', accountRow.key(token.accountId));
    if (!accountItem) return null;
    const account = parseAccount(accountItem);
    if (isErasable(account, clock.nowSeconds())) return null;
    const isByPhone = token.channel === 'sms' || token.channel === 'veto';
    const isGood =
      account.epoch === token.epoch &&
      (isByPhone
        ? token.choiceId !== undefined && account.recoveryPhone?.choiceId === token.choiceId
        : await wentByMail(tokenHash, token, account));
    return isGood ? { token, account, isByPhone } : null;
  };

  return {
    find: async (tokenHash) => {
      const found = await findToken(tokenHash);
      if (!found || found.token.channel === 'veto') return null;
      const { account, token } = found;
      const { expiresAtEpochSeconds, isOfUndo = false, choiceId = null } = token;
      return { tokenHash, account, expiresAtEpochSeconds, isOfUndo, choiceId };
    },

    findRevocable: async (tokenHash) => {
      const found = await findToken(tokenHash);
      return found && { tokenHash, account: found.account, isByPhone: found.isByPhone };
    },

    resetPassword: async ({ recovery: { tokenHash, account, choiceId }, phc, journalled, writes }) => {
      const { accountId, epoch } = account;
      const result = await dynamo.transact([
        recoveryRow.consumeWrite(recoveryRow.key(tokenHash), clock.nowSeconds()),
        setPasswordWrite({
          accountId,
          phc,
          epoch: epoch + 1,
          resetProvenUntilEpochSeconds: clock.nowSeconds() + RESET_PROVES_SECONDS,
        }),
        journalled
          ? raiseEpochAndCountWrite(
              { accountId, epoch },
              journalled,
              choiceId === null ? [] : [isChosenStill(choiceId)],
            )
          : setPasswordOfUndoWrite({ accountId, epoch }, account.changeNumber),
        ...writes,
      ]);
      return result.won;
    },

    revoke: ({ recovery, writes }) => (recovery.isByPhone ? revokeByPhone : revokeByMail)(recovery, writes),
  };
};
