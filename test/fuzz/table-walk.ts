import { accountRow, phoneClaimRow } from '../../shared/account/accounts.ts';
import { changeRow } from '../../shared/account/change-journal.ts';
import { erasedAccountRow } from '../../shared/account/deletions.ts';
import { emailChangeSaltRow } from '../../shared/account/email-change-rows.ts';
import { emailClaimRow } from '../../shared/account/email-claims.ts';
import { recoveryRow } from '../../shared/account/recovery-rows.ts';
import { undoRow } from '../../shared/account/undo-tokens.ts';
import type { RowOf } from '../../shared/aws/row.ts';
import { FORMER_FACTOR_SECONDS, UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import { factorsRow } from '../../shared/two-factor/factors.ts';
import type { World } from '../support/world.ts';

type StoredRow = Record<string, unknown>;
type AccountRow = RowOf<typeof accountRow>;

/** What accounts say, and who claims their addresses and numbers, at one instant. */
export interface Identities {
  nowSeconds: number;
  accounts: ReadonlyMap<string, AccountRow>;
  emails: ReadonlyMap<string, RowOf<typeof emailClaimRow>>;
  phones: ReadonlyMap<string, RowOf<typeof phoneClaimRow>>;
  /** Records of accounts that were erased, by their ids. */
  erased: ReadonlyMap<string, RowOf<typeof erasedAccountRow>>;
}

/** Addresses and numbers that each account has, or has had, by its id. */
export interface Past {
  emails: Map<string, Set<string>>;
  phones: Map<string, Set<string>>;
}

const nameOf = ({ pk }: StoredRow): string => String(pk).slice(String(pk).indexOf('#') + 1);

const rowsOf = <One>(
  rows: readonly StoredRow[],
  { word, sk }: { word: string; sk: string },
  parse: (row: StoredRow) => One,
): Map<string, One> =>
  new Map(
    rows
      .filter((row) => String(row.pk).startsWith(`${word}#`) && row.sk === sk)
      .map((row) => [nameOf(row), parse(row)]),
  );

/** Reads the rows of accounts and claims. */
export const readIdentities = async (world: World): Promise<Identities> => {
  const rows = await world.rows('accounts');
  return {
    nowSeconds: world.clock.nowSeconds(),
    accounts: rowsOf(rows, { word: 'ACCOUNT', sk: 'ACCOUNT' }, accountRow.parse),
    emails: rowsOf(rows, { word: 'EMAIL', sk: 'CLAIM' }, emailClaimRow.parse),
    phones: rowsOf(rows, { word: 'PHONE', sk: 'CLAIM' }, phoneClaimRow.parse),
    erased: rowsOf(rows, { word: 'ERASED', sk: 'ERASED' }, erasedAccountRow.parse),
  };
};

const add = (to: Map<string, Set<string>>, accountId: string, one: string): void => {
  to.set(accountId, (to.get(accountId) ?? new Set()).add(one));
};

/** Whether an account's erasure has begun: then some of its rows are gone, and nobody gets at the rest. */
const isBeingErased = ({ deletion }: AccountRow): boolean => deletion?.begunAtEpochSeconds !== undefined;

/** The accounts that are whole. */
const whole = (accounts: Identities['accounts']) => [...accounts].filter(([, account]) => !isBeingErased(account));

/** Notes what each account has. */
export const remember = (past: Past, { accounts }: Identities): void => {
  for (const [accountId, { email, phone }] of accounts) {
    add(past.emails, accountId, email);
    if (phone) add(past.phones, accountId, phone.e164);
  }
};

/** The accounts of a number; rows of 0.1.0 name one. */
export const holdersOf = ({ accountId, accountIds }: RowOf<typeof phoneClaimRow>): readonly string[] =>
  accountIds ?? (accountId === undefined ? [] : [accountId]);

/** What is wrong; `false` where the statement holds. */
type Finding = string | false | null | undefined;

const found = (findings: readonly Finding[]): string[] => findings.filter((finding) => typeof finding === 'string');

const emailFindings = ({ accounts, emails, nowSeconds }: Identities, past: Past): Finding[] => {
  const owners = Map.groupBy(accounts.keys(), (accountId) => accounts.get(accountId)?.email);
  return [
    ...[...owners].map(([email, all]) => all.length > 1 && `${email} is of ${all.length} accounts`),
    ...whole(accounts).map(([accountId, { email }]) => {
      const claim = emails.get(email);
      const isClaimed = claim?.accountId === accountId && claim.expiresAtEpochSeconds === undefined;
      return !isClaimed && `${accountId} has ${email} without its claim: ${JSON.stringify(claim)}`;
    }),
    ...[...emails].flatMap(([email, { accountId, expiresAtEpochSeconds: end }]): Finding[] => {
      const isPresent = accounts.get(accountId)?.email === email;
      return [
        end === undefined && !isPresent && `${email} is claimed for ${accountId}, which has another address or is none`,
        end !== undefined && isPresent && `${email} is of ${accountId}, and only reserved for it`,
        end !== undefined && end > nowSeconds + UNDO_SECONDS && `${email} is reserved beyond an undo`,
        !past.emails.get(accountId)?.has(email) && `${email} is claimed for ${accountId}, which never had it`,
      ];
    }),
  ];
};

const phoneFindings = (
  { accounts, phones, nowSeconds }: Identities,
  { past, maximum }: { past: Past; maximum: number },
): Finding[] => [
  ...whole(accounts).map(
    ([accountId, { phone }]) =>
      phone !== null &&
      !holdersOf(phones.get(phone.e164) ?? {}).includes(accountId) &&
      `${accountId} has ${phone.e164} without its claim`,
  ),
  ...whole(accounts).map(
    ([accountId, { recoveryPhone }]) =>
      recoveryPhone &&
      phones.get(recoveryPhone.e164)?.recoveryAccountId !== accountId &&
      `${accountId} is recovered by ${recoveryPhone.e164} without its claim`,
  ),
  ...[...phones].flatMap(([e164, claim]): Finding[] => {
    const holders = holdersOf(claim);
    const reserved = Object.entries(claim.reserved ?? {});
    const live = reserved.filter(([, until]) => until > nowSeconds);
    const formers = Object.entries(claim.formerFactorOf ?? {});
    const recovers = claim.recoveryAccountId;
    const isOfNone = holders.length === 0 && recovers === undefined;
    const ends = Math.max(...[...reserved, ...formers].map(([, until]) => until));
    const verified = holders.filter((accountId) => accounts.get(accountId)?.phone?.isVerified);
    return [
      new Set(holders).size < holders.length && `${e164} names an account twice`,
      holders.length + live.length > maximum && `${e164} has more accounts and places than there may be`,
      isOfNone && reserved.length + formers.length === 0 && `${e164} is claimed for none`,
      claim.accountId !== undefined && !holders.includes(claim.accountId) && `${e164} is verified for a stranger`,
      verified.some((accountId) => accountId !== claim.accountId) &&
        `${e164} is verified for ${verified.join(' and ')}`,
      claim.accountId !== undefined &&
        accounts.get(claim.accountId)?.phone?.isVerified === false &&
        `${e164} is verified for an account that denies it`,
      claim.expiresAtEpochSeconds !== (isOfNone ? ends : undefined) && `${e164} ends at a wrong instant`,
      ...holders.map(
        (accountId) =>
          accounts.get(accountId)?.phone?.e164 !== e164 && `${e164} is claimed for ${accountId}, which has it not`,
      ),
      recovers !== undefined &&
        accounts.get(recovers)?.recoveryPhone?.e164 !== e164 &&
        `${e164} recovers ${recovers}, which has not chosen it`,
      ...formers.flatMap(([accountId, until]): Finding[] => [
        until > nowSeconds + FORMER_FACTOR_SECONDS && `${e164} was a factor of ${accountId} in time to come`,
        until > nowSeconds && recovers === accountId && `${e164} recovers ${accountId}, and was its factor just now`,
      ]),
      ...reserved.flatMap(([accountId, until]): Finding[] => [
        holders.includes(accountId) && `${e164} is reserved for ${accountId}, which has it`,
        !past.phones.get(accountId)?.has(e164) && `${e164} is reserved for ${accountId}, which never had it`,
        until > nowSeconds + UNDO_SECONDS && `${e164} is reserved for ${accountId} beyond an undo`,
      ]),
    ];
  }),
];

/** What of the claims of addresses and numbers is at odds with the accounts. */
export const claimFaults = (now: Identities, { past, maximum }: { past: Past; maximum: number }): string[] =>
  found([
    ...[...past.emails.keys()].map(
      (accountId) => now.accounts.has(accountId) === now.erased.has(accountId) && `${accountId} is gone, or back again`,
    ),
    ...emailFindings(now, past),
    ...phoneFindings(now, { past, maximum }),
  ]);

/** Changes of address, and undoes, that left sessions and tokens of before alive. */
export const epochFaults = (before: Identities, now: Identities): string[] =>
  [...before.accounts].flatMap(([accountId, was]) => {
    const { email, epoch, changeNumber = 0 } = now.accounts.get(accountId) ?? was;
    const hasToRise = email !== was.email || changeNumber < (was.changeNumber ?? 0);
    return found([epoch < was.epoch + Number(hasToRise) && `${accountId} went on in epoch ${epoch}`]);
  });

/**
 * What one action has left of an address or number that it took from an account: a reservation for an undo; after an undo nothing, but of
 * an address that an older change may give back.
 */
export const givingUpFaults = (before: Identities, now: Identities): string[] =>
  [...before.accounts].flatMap(([accountId, was]) => {
    const is = now.accounts.get(accountId);
    if (!is) return [];
    const isUndone = (is.changeNumber ?? 0) < (was.changeNumber ?? 0);
    const email = now.emails.get(was.email);
    const emailUntil = email?.accountId === accountId ? email.expiresAtEpochSeconds : undefined;
    const phoneUntil = was.phone ? now.phones.get(was.phone.e164)?.reserved?.[accountId] : undefined;
    const isReserved = (until: number | undefined): boolean =>
      until !== undefined && until >= before.nowSeconds + UNDO_SECONDS && until <= now.nowSeconds + UNDO_SECONDS;
    const isKept = !isUndone || (is.changeNumber ?? 0) > 0;
    return found([
      is.email !== was.email &&
        (isKept ? !isReserved(emailUntil) : emailUntil !== undefined) &&
        `${was.email} of ${accountId} is reserved until ${emailUntil}`,
      was.phone !== null &&
        is.phone?.e164 !== was.phone.e164 &&
        (isUndone ? phoneUntil !== undefined : !isReserved(phoneUntil)) &&
        `${was.phone.e164} of ${accountId} is reserved until ${phoneUntil}`,
    ]);
  });

type Rows = Record<'tokens' | 'credentials', readonly StoredRow[]>;

const journalFindings = (
  account: AccountRow,
  entries: ReadonlyMap<string, RowOf<typeof changeRow>>,
  nowSeconds: number,
): Finding[] => {
  const { accountId, changeNumber = 0, passwordChangeNumber = 0 } = account;
  const counted = Array.from({ length: changeNumber }, (_, index) => entries.get(`CHANGE#${index + 1}`));
  const instants = counted.map((entry) => entry?.changedAtEpochSeconds ?? 0);
  const ids = [...entries.values()].map(({ changeId }) => changeId);
  return [
    ...counted.map((entry, index) => !entry && `${accountId} lacks the entry of its change ${index + 1}`),
    instants.some((at, index) => at < (instants[index - 1] ?? 0)) && `changes of ${accountId} are out of order`,
    (instants.at(-1) ?? 0) > nowSeconds && `${accountId} has changed in time to come`,
    new Set(ids).size < ids.length && `two changes of ${accountId} have one id`,
    passwordChangeNumber > changeNumber && `${accountId} has the password of change ${passwordChangeNumber}`,
  ];
};

const pendingFindings = ({ tokens }: Rows, account: AccountRow, nowSeconds: number): Finding[] => {
  const { accountId, email, epoch, pendingEmail: pending } = account;
  if (!pending) return [];
  const isLive = pending.epoch === epoch && pending.expiresAtEpochSeconds > nowSeconds;
  const { pk, sk } = emailChangeSaltRow.key(accountId);
  const salt = tokens.find((row) => row.pk === pk && row.sk === sk);
  return [
    pending.epoch > epoch && `${accountId} has a change of an epoch to come`,
    isLive && pending.email === email && `${accountId} waits for the address that it has`,
    isLive && pending.confirmedBy.length > 1 && `${accountId} waits for what both have confirmed`,
    isLive && salt?.changeId !== pending.changeId && `${accountId} waits for a change without its salt`,
  ];
};

const factorFindings = ({ credentials }: Rows, { accountId, phone, recoveryPhone }: AccountRow): Finding[] => {
  const { pk, sk } = factorsRow.key(accountId);
  const row = credentials.find((one) => one.pk === pk && one.sk === sk);
  const number = row && factorsRow.parse(row).sms?.phoneNumber;
  return [
    number !== undefined && number !== phone?.e164 && `${accountId} gets codes at a number that it has not`,
    number !== undefined && number === recoveryPhone?.e164 && `${accountId} is recovered by its factor`,
  ];
};

const tokenFindings = ({ tokens }: Rows, { accounts, erased, nowSeconds }: Identities): Finding[] => {
  const recoveries = [...rowsOf(tokens, { word: 'RECOVERY', sk: 'TOKEN' }, recoveryRow.parse).values()];
  const good = recoveries.filter(
    ({ accountId, epoch, expiresAtEpochSeconds: end }) => epoch === accounts.get(accountId)?.epoch && end > nowSeconds,
  );
  const byAccount = Map.groupBy(
    good.filter(({ channel }) => channel !== 'veto'),
    ({ accountId, channel }) => `${accountId} by ${channel}`,
  );
  const undos = [...rowsOf(tokens, { word: 'UNDO', sk: 'TOKEN' }, undoRow.parse).values()];
  /** DynamoDB removes them some day; what is left of an erased account is walked on its own. */
  const isOfErased = ({ accountId }: { accountId: string }): boolean => erased.has(accountId);
  return [
    ...recoveries
      .filter((one) => !isOfErased(one))
      .map(
        ({ accountId, epoch }) =>
          epoch > (accounts.get(accountId)?.epoch ?? 0) && `${accountId} is recovered in no epoch`,
      ),
    ...[...byAccount].map(([accountId, all]) => all.length > 2 && `${all.length} tokens recover ${accountId}`),
    ...undos
      .filter((one) => !isOfErased(one))
      .map(({ accountId }) => !accounts.has(accountId) && `a link undoes a change of ${accountId}, which is none`),
  ];
};

/** What is otherwise than it has to be in journals, factors, pending changes and tokens. */
export const secretFaults = async (world: World, now: Identities): Promise<string[]> => {
  const [tokens, credentials] = await Promise.all([world.rows('tokens'), world.rows('credentials')]);
  const rows = { tokens, credentials };
  const journals = Map.groupBy(
    tokens.filter(({ pk }) => String(pk).startsWith('CHANGE#')),
    nameOf,
  );
  return found([
    ...whole(now.accounts).flatMap(([accountId, account]) => {
      const entries = (journals.get(accountId) ?? []).map((row) => [String(row.sk), changeRow.parse(row)] as const);
      return [
        ...journalFindings(account, new Map(entries), now.nowSeconds),
        ...pendingFindings(rows, account, now.nowSeconds),
        ...factorFindings(rows, account),
      ];
    }),
    ...tokenFindings(rows, now),
  ]);
};

/** Where an erased account may be named: its record, and the entry of the list that has its id looked at once more. */
const isRecord = ({ pk, sk }: StoredRow, accountId: string): boolean =>
  pk === `ERASED#${accountId}` || (pk === 'DELETION#DUE' && String(sk).endsWith(`#${accountId}`));

/** From being asked for to the end, where the old address can't be read: the longest wait by default, and a week to end it. */
const LONGEST_EMAIL_CHANGE_SECONDS = 14 * 24 * 60 * 60;

/**
 * Whether a row still says something of an erased account. Claims of numbers may name it among the reservations that have ended, until
 * their next write; a token of a change of address goes by its age (docs/retention.md), and was made before the deletion was asked for.
 */
const namesNow = (
  row: StoredRow,
  { accountId, requestedAtEpochSeconds }: RowOf<typeof erasedAccountRow>,
  nowSeconds: number,
): boolean => {
  const end = typeof row.expiresAtEpochSeconds === 'number' ? row.expiresAtEpochSeconds : Number.POSITIVE_INFINITY;
  if (end <= nowSeconds) return false;
  if (String(row.pk).startsWith('EMAIL_CHANGE#')) return end > requestedAtEpochSeconds + LONGEST_EMAIL_CHANGE_SECONDS;
  if (row.sk !== 'CLAIM' || !String(row.pk).startsWith('PHONE#')) return true;
  const { reserved = {}, formerFactorOf = {}, ...claim } = phoneClaimRow.parse(row);
  const untils = [reserved[accountId], formerFactorOf[accountId]];
  return JSON.stringify(claim).includes(accountId) || untils.some((until) => until !== undefined && until > nowSeconds);
};

/** What is left of accounts that were erased, beside their records and what has expired. Messages that are on their way find nobody. */
export const erasedFaults = async (world: World, { erased, nowSeconds }: Identities): Promise<string[]> => {
  const tables = await Promise.all((['accounts', 'credentials', 'tokens'] as const).map(world.rows));
  const rows = tables.flat();
  return [...erased].flatMap(([accountId, record]) =>
    rows
      .filter((row) => JSON.stringify(row).includes(accountId))
      .filter((row) => !isRecord(row, accountId) && namesNow(row, record, nowSeconds))
      .map(({ pk, sk }) => `${String(pk)} ${String(sk)} is left of ${accountId}`),
  );
};
