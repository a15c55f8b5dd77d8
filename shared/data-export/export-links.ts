import * as z from 'zod/mini';
import { type Account, accountRow, parseAccount, requireEpochWrite } from '../account/accounts.ts';
import { issueDerivedToken } from '../account/issue-derived-token.ts';
import { isErasable } from '../account/pending-deletion.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired, type RowOf } from '../aws/row.ts';
import { EXPORT_REPEAT_SECONDS, EXPORT_SECONDS } from '../contract/lifetimes.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../keyring/derived-secrets.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { sha256 } from '../primitives/digest.ts';

/** An export that its owner has asked for, and that is too large for the answer. Nothing is prepared: it is read when the link is used. */
const exportRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'EXPORT',
  shape: {
    exportId: z.string(),
    /** The account's, when it was asked for: a reset of the password ends it. */
    epoch: z.int(),
    /** What the link's token is derived from. */
    salt: z.string(),
    expiresAtEpochSeconds: z.int(),
  },
});

/** The token of the link to an export, by its hash. */
const exportTokenRow = defineRow({
  table: 'tokens',
  word: 'EXPORT',
  sortKey: () => 'TOKEN',
  shape: {
    accountId: z.string(),
    exportId: z.string(),
    epoch: z.int(),
    expiresAtEpochSeconds: z.int(),
    /** Absent until it is used. */
    usedAtEpochSeconds: z.optional(z.int()),
    /** SHA-256 of the Idempotency-Key that it was used with; absent where there was none. */
    usedWith: z.optional(z.string()),
  },
});

/** A token that was used, or is used now for a repeat of the same request. */
interface UsedExport {
  account: Account;
}

/** Links to exports. */
export interface ExportLinks {
  /** The write that makes one good, for a mail; in the place of one that was asked for before. */
  askWrite(account: Pick<Account, 'accountId' | 'epoch'>): { exportId: string; write: Write };
  /**
   * Makes the token of a link and makes it good, the same one however often it is sent.
   * @returns `null` where it is over, another was asked for since, or the account has left the epoch
   * @throws StoreUnavailable
   */
  issue(account: Account, exportId: string): Promise<{ token: string; validSeconds: number } | null>;
  /**
   * Reads as much for a token that is none.
   * @returns the account, `null` for a token that is unknown, over or used
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<UsedExport | null>;
  /**
   * Uses a token up. A repeat with the same Idempotency-Key may use it again for ten minutes: its answer may have been lost.
   * @param use.key of the request; `null` for none
   * @returns `true` for one of any number of attempts, and for its repeats
   * @throws StoreUnavailable
   */
  use(use: { tokenHash: string; account: Account; key: string | null }): Promise<boolean>;
}

const isRepeat = (
  { usedWith, usedAtEpochSeconds = 0 }: RowOf<typeof exportTokenRow>,
  key: string | null,
  nowSeconds: number,
): boolean => key !== null && usedWith === sha256(key) && usedAtEpochSeconds + EXPORT_REPEAT_SECONDS > nowSeconds;

/** Opens them. */
const makeExportLinks = ({
  dynamo,
  derivedSecrets,
  clock,
  randomness,
}: {
  dynamo: Dynamo;
  derivedSecrets: Pick<DerivedSecrets, 'newSalt' | 'token'>;
  clock: Clock;
  randomness: Randomness;
}): ExportLinks => ({
  askWrite: ({ accountId, epoch }) => {
    const exportId = randomness.uuid();
    const expiresAtEpochSeconds = clock.nowSeconds() + EXPORT_SECONDS;
    const content = { exportId, epoch, salt: derivedSecrets.newSalt(), expiresAtEpochSeconds };
    return { exportId, write: exportRow.putWrite(exportRow.key(accountId), content) };
  },

  issue: async ({ accountId, epoch, email }, exportId) => {
    const item = await dynamo.get('tokens', exportRow.key(accountId));
    const asked = item && exportRow.parse(item);
    const nowSeconds = clock.nowSeconds();
    if (asked?.exportId !== exportId || asked.epoch !== epoch || isExpired(asked, nowSeconds)) return null;
    const { salt, expiresAtEpochSeconds } = asked;
    const { when, key, upsertWrite } = exportTokenRow;
    const set = { accountId, exportId, epoch, expiresAtEpochSeconds };
    const token = await issueDerivedToken(
      { dynamo, derivedSecrets },
      {
        salt,
        binding: { purpose: 'export-token', row: `${accountId}/${exportId}`, epoch, destination: email },
        requireWrite: requireEpochWrite({ accountId, epoch }),
        // A repeat of the mail leaves a token that was used meanwhile as it is.
        tokenWrite: (tokenHash) => upsertWrite(key(tokenHash), { set }, when.lacks('usedAtEpochSeconds')),
      },
    );
    return token === null ? null : { token, validSeconds: expiresAtEpochSeconds - nowSeconds };
  },

  find: async (tokenHash) => {
    const nowSeconds = clock.nowSeconds();
    const item = await dynamo.get('tokens', exportTokenRow.key(tokenHash));
    const row = item && exportTokenRow.parse(item);
    const found = await dynamo.get('accounts', accountRow.key(row?.accountId ?? randomness.uuid()));
    const account = found && parseAccount(found);
    if (!row || !account || isExpired(row, nowSeconds)) return null;
    return account.epoch === row.epoch && !isErasable(account, nowSeconds) ? { account } : null;
  },

  use: async ({ tokenHash, account, key }) => {
    const nowSeconds = clock.nowSeconds();
    const { and, exists, lacks, lives } = exportTokenRow.when;
    const set = { usedAtEpochSeconds: nowSeconds, ...(key !== null && { usedWith: sha256(key) }) };
    const isUnused = and(exists, lives(nowSeconds), lacks('usedAtEpochSeconds'));
    const result = await dynamo.transact([
      requireEpochWrite(account),
      exportTokenRow.updateWrite(exportTokenRow.key(tokenHash), { set }, isUnused),
    ]);
    if (result.won) return true;
    const [ended, used] = result.refusals;
    return !ended && !!used?.current && isRepeat(exportTokenRow.parse(used.current), key, nowSeconds);
  },
});

export const provideExportLinks = (scope: Scope & Ports): ExportLinks =>
  makeExportLinks({ ...scope, derivedSecrets: scope.use(makeDerivedSecrets) });
