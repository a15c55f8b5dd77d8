import { type Account, accountRow, parseAccount } from '../../shared/account/accounts.ts';
import { isFrozen } from '../../shared/account/change-journal.ts';
import { isEmailDeliverable } from '../../shared/account/email-mark.ts';
import { factorResetRow } from '../../shared/account/factor-reset-rows.ts';
import { parseFactorReset } from '../../shared/account/factor-resets.ts';
import { pendingEmailOf } from '../../shared/account/pending-email.ts';
import { isSessionCurrent } from '../../shared/account/principal.ts';
import { eventRow } from '../../shared/account/security-events.ts';
import type { Dynamo, Item } from '../../shared/aws/dynamo.ts';
import { type Clock, toRfc3339 } from '../../shared/primitives/clock.ts';
import { isOver, sessionRow } from '../../shared/session/session-row.ts';
import { type Factors, factorsRow, parseFactors } from '../../shared/two-factor/factors.ts';

/** Rows of the history that are shown at once. */
const EVENTS_SHOWN = 50;

/** Rows of the account's partition of Tokens that are looked at for sessions. They stand near the end of it; others are few. */
const TOKEN_ROWS_READ = 200;

const at = (epochSeconds: number | undefined): string | null =>
  epochSeconds === undefined ? null : toRfc3339(epochSeconds);

/** Names and dates. A secret is never among them, nor a recovery code. */
const factorsShown = ({ apps, sms, recoveryCodes }: Factors) => ({
  apps: Object.entries(apps).map(([id, { name, enrolledAtEpochSeconds }]) => ({
    id,
    name,
    enrolled_at: toRfc3339(enrolledAtEpochSeconds),
  })),
  sms: sms && { phone_number: sms.phoneNumber, enrolled_at: toRfc3339(sms.enrolledAtEpochSeconds) },
  recovery_codes_left: Object.keys(recoveryCodes).length,
});

const isOfSort = (word: string) => (item: Item) => String(item.sk).startsWith(`${word}#`);

const sessionsShown = (account: Account, rows: readonly Item[], nowSeconds: number) => {
  const living = rows
    .filter(isOfSort('SESSION'))
    .map((row) => sessionRow.parse(row))
    .filter((session) => isSessionCurrent(account, session) && !isOver(session, nowSeconds));
  return { living: living.length, are_all_counted: rows.length < TOKEN_ROWS_READ };
};

/** @returns an entry of a newer release by its kind and time alone */
const eventShown = (row: Item) => {
  const { data } = eventRow.safeParse(row);
  if (!data) return { type: String(row.type), at: String(row.occurredAt) };
  const { type, occurredAt, sourceIp, operator } = data;
  return {
    type,
    at: occurredAt,
    ...(sourceIp !== undefined && { source_ip: sourceIp }),
    ...(operator && { by: operator.by, reason: operator.reason }),
  };
};

const pendingShown = (account: Account, nowSeconds: number) => {
  const pending = pendingEmailOf(account, nowSeconds);
  return (
    pending && {
      new_email: pending.email,
      confirmed_by: pending.confirmedBy,
      expires_at: toRfc3339(pending.expiresAtEpochSeconds),
    }
  );
};

/** The deletion that waits, or whose grace is over and whose rows are about to go. */
const deletionShown = ({ deletion }: Account) =>
  deletion
    ? {
        asked_by: deletion.operator ?? 'owner',
        asked_at: toRfc3339(deletion.requestedAtEpochSeconds),
        erases_at: toRfc3339(deletion.erasesAtEpochSeconds),
      }
    : null;

/** The keys of the entries up to a time, those of the same millisecond too: `$` comes behind the `#` that ends the time in a key. */
const historyUntil = (until: string | null) => ({ from: 'EVENT#', to: until === null ? 'EVENT$' : `EVENT#${until}$` });

/** An entry that has expired may stand there for days still. */
const isKept =
  (nowSeconds: number) =>
  ({ expiresAtEpochSeconds }: Item): boolean =>
    Number(expiresAtEpochSeconds) > nowSeconds;

/** What a look at an account works with. */
export interface ShowDeps {
  dynamo: Pick<Dynamo, 'transactGet' | 'queryNewest'>;
  clock: Clock;
}

/**
 * Reads what an operator may see of an account: state, factors by name and date, and a part of its history.
 *
 * @param wanted.until the newest time of that part, as an entry has it; `null` for the newest there is
 * @returns `null` where there is no such account
 * @throws StoreUnavailable
 */
export const showAccount = async (
  { dynamo, clock }: ShowDeps,
  { accountId, until = null }: { accountId: string; until?: string | null },
) => {
  const [state, newest, tokens] = await Promise.all([
    dynamo.transactGet([accountRow.at(accountId), factorsRow.at(accountId), factorResetRow.at(accountId)]),
    dynamo.queryNewest({
      table: 'accounts',
      pk: `ACCOUNT#${accountId}`,
      range: historyUntil(until),
      limit: EVENTS_SHOWN,
    }),
    dynamo.queryNewest({ table: 'tokens', pk: `ACCOUNT#${accountId}`, limit: TOKEN_ROWS_READ }),
  ]);
  const [accountItem, factorsItem = null, resetItem = null] = state;
  if (!accountItem) return null;
  const account = parseAccount(accountItem);
  const nowSeconds = clock.nowSeconds();
  const reset = parseFactorReset(resetItem, nowSeconds);
  return {
    account_id: accountId,
    email: account.email,
    email_deliverable: isEmailDeliverable(account),
    phone_number: account.phone?.e164 ?? null,
    recovery_phone: account.recoveryPhone?.e164 ?? null,
    created_at: toRfc3339(account.createdAtEpochSeconds),
    updated_at: toRfc3339(account.updatedAtEpochSeconds),
    epoch: account.epoch,
    suspended_at: at(account.suspendedAtEpochSeconds),
    deletion: deletionShown(account),
    frozen_until: isFrozen(account, nowSeconds) ? at(account.frozenUntilEpochSeconds) : null,
    changes_that_can_be_undone: account.changeNumber ?? 0,
    sessions: sessionsShown(account, tokens, nowSeconds),
    second_factors: factorsShown(parseFactors(factorsItem)),
    pending_email: pendingShown(account, nowSeconds),
    factor_reset: reset && {
      factor: reset.factor,
      asked_by: reset.askedBy,
      asked_at: toRfc3339(reset.askedAtEpochSeconds),
      waits_until: toRfc3339(reset.waitsUntilEpochSeconds),
    },
    history: newest.filter(isKept(nowSeconds)).map(eventShown),
    /** The oldest time that was read, where there may be more: `--until` takes it. Strangers can fill a history with failures. */
    history_goes_on: newest.length < EVENTS_SHOWN ? null : String(newest.at(-1)?.occurredAt),
  };
};

/** What is shown of an account. */
export type ShownAccount = NonNullable<Awaited<ReturnType<typeof showAccount>>>;
