import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';
import { smsSpentRow } from '../sms/sms-spent-row.ts';
import { type Account, accountRow, parseAccount, raiseEpochWrite, requireEpochWrite } from './accounts.ts';
import { setPasswordWrite } from './passwords.ts';

/**
 * Two deliveries for one account can meet; each meeting settles at least one of them.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const ISSUE_ATTEMPTS = 5;

/** A recovery token, by its hash. */
const recoveryRow = defineRow({
  table: 'tokens',
  word: 'RECOVERY',
  sortKey: () => 'TOKEN',
  shape: {
    accountId: z.string(),
    epoch: z.int(),
    /** How the token went out; absent where release 0.1.0 wrote the row. */
    channel: z.optional(z.string()),
    expiresAtEpochSeconds: z.int(),
  },
});

/** Which token of an account is the newest. */
const latestRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'RECOVERY',
  shape: {
    tokenHash: z.string(),
    requestedAtMs: z.int(),
    intentId: z.string(),
    expiresAtEpochSeconds: z.optional(z.int()), // for the table's TTL alone: nothing is decided on it
  },
});

/** A recovery token that is good, and the account it recovers. */
interface Recovery {
  tokenHash: string;
  account: Account;
  expiresAtEpochSeconds: number;
}

interface IssueRecovery {
  account: Account;
  tokenHash: string;
  /** The intent that this token answers, and when it was made: the newest request's token is the one that works. */
  intentId: string;
  requestedAtMs: number;
  expiresAtEpochSeconds: number;
  event: Write;
}

/** Recovery tokens. Of one account only the newest request's works. */
export interface Recoveries {
  /**
   * Stores a token's hash and removes the one before it.
   * @returns `superseded` when a newer request has been answered already, or the account is not in that epoch any more
   * @throws StoreUnavailable
   */
  issue(recovery: IssueRecovery): Promise<'issued' | 'superseded'>;
  /**
   * @returns `null` for a token that is unknown, used, expired, superseded, of an earlier epoch, or that went out by SMS
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<Recovery | null>;
  /**
   * Consumes the token, sets the password and raises the epoch, or does nothing.
   * @returns `false` for all but one of any number of attempts with a token
   * @throws StoreUnavailable
   */
  resetPassword(reset: { recovery: Recovery; phc: string; writes: readonly Write[] }): Promise<boolean>;
}

const isNewer = (
  a: { requestedAtMs: number; intentId: string },
  b: { requestedAtMs: number; intentId: string },
): boolean => a.requestedAtMs > b.requestedAtMs || (a.requestedAtMs === b.requestedAtMs && a.intentId > b.intentId);

/** Opens the recovery tokens. */
export const makeRecoveries = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Recoveries => {
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
    const item = await dynamo.get('tokens', latestRow.key(accountId));
    const latest = item && latestRow.parse(item);
    return latest?.tokenHash === tokenHash && !(await dynamo.get('tokens', smsSpentRow.key(latest.intentId)));
  };

  return {
    issue: async ({
      account: { accountId, epoch },
      tokenHash,
      intentId,
      requestedAtMs,
      expiresAtEpochSeconds,
      event,
    }) => {
      for (let attempt = 0; attempt < ISSUE_ATTEMPTS; attempt += 1) {
        const item = await dynamo.get('tokens', latestRow.key(accountId));
        const latest = item && latestRow.parse(item);
        if (latest && isNewer(latest, { requestedAtMs, intentId })) return 'superseded';

        const result = await dynamo.transact([
          requireEpochWrite({ accountId, epoch }),
          recoveryRow.putWrite(
            recoveryRow.key(tokenHash),
            { accountId, epoch, channel: 'mail', expiresAtEpochSeconds },
            recoveryRow.when.isNew,
          ),
          latestRow.putWrite(
            latestRow.key(accountId),
            { tokenHash, requestedAtMs, intentId, expiresAtEpochSeconds },
            latest ? latestRow.when.is('tokenHash', latest.tokenHash) : latestRow.when.isNew,
          ),
          ...(latest?.intentId === intentId ? [] : [event]), // another attempt at the same mail is not another mail
          ...(latest ? [recoveryRow.deleteWrite(recoveryRow.key(latest.tokenHash))] : []),
        ]);
        if (result.won) return 'issued';
        if (result.refusals[0]) return 'superseded'; // of another epoch by now: the token would be dead before it is mailed
      }
      throw new Error('a recovery token kept losing to others of its account');
    },

    find: async (tokenHash) => {
      const item = await dynamo.get('tokens', recoveryRow.key(tokenHash));
      if (!item) return null;
      const token = recoveryRow.parse(item);
      if (isExpired(token, clock.nowSeconds())) return null;

      const accountItem = await dynamo.get('accounts', accountRow.key(token.accountId));
      if (!accountItem) return null;
      const account = parseAccount(accountItem);
      const isGood = account.epoch === token.epoch && (await wentByMail(tokenHash, token, account));
      return isGood ? { tokenHash, account, expiresAtEpochSeconds: token.expiresAtEpochSeconds } : null;
    },

    resetPassword: async ({ recovery: { tokenHash, account }, phc, writes }) => {
      const { accountId, epoch } = account;
      const result = await dynamo.transact([
        recoveryRow.consumeWrite(recoveryRow.key(tokenHash), clock.nowSeconds()),
        setPasswordWrite({ accountId, phc }),
        raiseEpochWrite({ accountId, epoch }),
        ...writes,
      ]);
      return result.won;
    },
  };
};
