import type { Account } from '../account/accounts.ts';
import { type ChangeJournal, changeRow, provideChangeJournal } from '../account/change-journal.ts';
import { formerFactorRow } from '../account/former-factor-row.ts';
import { isSessionCurrent } from '../account/principal.ts';
import { makeViewProfile, type ViewProfile } from '../account/profile-view.ts';
import { eventRow } from '../account/security-events.ts';
import type { Dynamo, Item, Key } from '../aws/dynamo.ts';
import { rowsBeginningWith } from '../aws/rows-beginning-with.ts';
import type { AccountExport } from '../contract/account-export.ts';
import type { TableName } from '../contract/contract.ts';
import { devicesRow, parseDevices } from '../devices/devices.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { type Clock, toRfc3339 } from '../primitives/clock.ts';
import { isOver, sessionRow } from '../session/session-row.ts';
import { type FactorStore, makeFactorStore } from '../two-factor/factors.ts';
import { COUNTED_FACTORS, failuresRow } from '../two-factor/failure-counters.ts';
import { enrollmentRow, parseEnrollment } from '../two-factor/totp-enrollments.ts';
import {
  exportedChange,
  exportedDevices,
  exportedEvent,
  exportedFactors,
  exportedFormerFactor,
  exportedSession,
  exportedState,
  exportedTries,
} from './export-views.ts';

/** Rows that one call reads: as many as mostly fit into an answer of DynamoDB. */
const ROWS_AT_ONCE = 1000;

interface GatherExportDeps {
  dynamo: Pick<Dynamo, 'queryOldest' | 'batchGet'>;
  factors: Pick<FactorStore, 'find'>;
  journal: Pick<ChangeJournal, 'open'>;
  viewProfile: ViewProfile;
  clock: Clock;
}

/**
 * Reads everything that is held about an account, but for secrets. What has expired is not held any more, also where its row is still there.
 *
 * @param most rows of the history, of sessions and of changes each; where there are more, `complete` is false
 * @throws StoreUnavailable
 */
export type GatherExport = (account: Account, most: number) => Promise<AccountExport>;

const makeGatherExport = ({ dynamo, factors, journal, viewProfile, clock }: GatherExportDeps): GatherExport => {
  /** The rows of a partition whose sort keys begin alike, the oldest first. */
  const rowsOf = async (table: TableName, key: Key, most: number): Promise<{ rows: Item[]; areAll: boolean }> => {
    const rows: Item[] = [];
    const rowsAtOnce = Math.min(ROWS_AT_ONCE, most + 1);
    for await (const part of rowsBeginningWith(dynamo, { table, key, rowsAtOnce })) {
      rows.push(...part);
      if (rows.length > most) break;
    }
    const held = rows
      .slice(0, most)
      .filter(({ expiresAtEpochSeconds: end }) => typeof end !== 'number' || end > clock.nowSeconds());
    return { rows: held, areAll: rows.length <= most };
  };

  const changesOf = async (accountId: string, rows: readonly Item[]): Promise<AccountExport['undoable_changes']> => {
    const { sk: before } = changeRow.key(accountId, '');
    const views = rows.map(async (row) => {
      const change = changeRow.parse(row);
      const reference = { number: Number(String(row.sk).slice(before.length)), id: change.changeId };
      const image = await journal.open(change, { accountId, reference });
      return image ? [exportedChange(change, image)] : [];
    });
    return (await Promise.all(views)).flat();
  };

  return async (account, most) => {
    const { accountId, epoch } = account;
    const nowSeconds = clock.nowSeconds();
    const [profile, present, [devices = null, enrollment = null, ...tries], sessions, changes, formerFactors, events] =
      await Promise.all([
        viewProfile(account),
        factors.find(accountId),
        dynamo.batchGet([
          devicesRow.at(accountId),
          enrollmentRow.at(accountId),
          ...COUNTED_FACTORS.map((factor) => failuresRow.at(accountId, factor)),
        ]),
        rowsOf('tokens', sessionRow.key(accountId, ''), most),
        rowsOf('tokens', changeRow.key(accountId, ''), most),
        rowsOf('accounts', formerFactorRow.key(accountId, ''), most),
        rowsOf('accounts', { ...eventRow.key(accountId, '', ''), sk: 'EVENT#' }, most),
      ]);
    return {
      format: 'keyturn-account-export-1',
      made_at: toRfc3339(nowSeconds),
      complete: [sessions, changes, formerFactors, events].every(({ areAll }) => areAll),
      profile,
      account: exportedState(account, nowSeconds),
      second_factors: exportedFactors(present, parseEnrollment(enrollment, { epoch, nowSeconds })),
      sessions: sessions.rows.map((row) => {
        const session = sessionRow.parse(row);
        return exportedSession(session, { isOpen: isSessionCurrent(account, session) && !isOver(session, nowSeconds) });
      }),
      known_devices: exportedDevices(parseDevices(devices)),
      wrong_tries: COUNTED_FACTORS.flatMap((factor, index) => {
        const item = tries[index];
        const data = item && failuresRow.parse(item);
        return data && data.expiresAtEpochSeconds > nowSeconds ? [exportedTries(factor, data)] : [];
      }),
      undoable_changes: await changesOf(accountId, changes.rows),
      former_factor_numbers: formerFactors.rows.map((row) => exportedFormerFactor(formerFactorRow.parse(row))),
      history: events.rows.map((row) => exportedEvent(eventRow.parse(row))),
    };
  };
};

export const provideGatherExport = (scope: Scope & Ports): GatherExport =>
  makeGatherExport({
    ...scope,
    factors: scope.use(makeFactorStore),
    journal: scope.use(provideChangeJournal),
    viewProfile: scope.use(makeViewProfile),
  });
