import * as z from 'zod/mini';
import type { Condition } from '../aws/conditions.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';
import { isExpired, keptWithin, type RowOf } from '../aws/row.ts';
import { UNDO_SECONDS } from '../contract/lifetimes.ts';
import { problem } from '../contract/problems.ts';
import { makeDerivedSecrets } from '../keyring/derived-secrets.ts';
import { type Keyring, versionOfEncrypted } from '../keyring/keyring.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { type Account, accountRow } from './accounts.ts';
import { phoneShape, recoveryPhoneShape } from './phone-shapes.ts';
import type { SecurityEventType } from './security-events.ts';

/** One change that can be undone, by account and number. An undo gives its number, and those behind it, to later changes. */
export const changeRow = defineRow({
  table: 'tokens',
  word: 'CHANGE',
  sortKey: (number: string) => `CHANGE#${number}`,
  shape: {
    /** Tells it from one that had its number before an undo. */
    changeId: z.string(),
    event: z.string(),
    changedAtEpochSeconds: z.int(),
    /** {@link BeforeImage}, encrypted for the account and this change. */
    image: z.string(),
    /** What the tokens of its links are derived from. */
    salt: z.string(),
    expiresAtEpochSeconds: z.int(),
  },
});

type ChangeRow = RowOf<typeof changeRow>;

const imageSchema = z.object({
  email: z.string(),
  phone: phoneShape,
  /** Absent where release 0.1.0 or a function of before wrote it, which knew of none. */
  recoveryPhone: z.optional(z.nullable(recoveryPhoneShape)),
  /** A row of shared/two-factor/factors.ts. */
  factors: z.record(z.string(), z.unknown()),
});

/**
 * All that identifies an account and proves its owner, but for the password, as it was before a change. It is whole, so undoing a
 * change needs nothing of those after it.
 */
export type BeforeImage = z.infer<typeof imageSchema>;

/** An account and its factors, as a change has read them. */
export interface StateBefore {
  account: Account;
  factors: object;
}

/** Names a change in its account, for a message about it. */
export interface ChangeReference {
  /** 1 or more. */
  number: number;
  id: string;
}

/** A change that is about to be written. */
export interface JournalledChange {
  reference: ChangeReference;
  /** Of the account before. */
  seenNumber: number | undefined;
  setsPassword: boolean;
  /** Whether a token by SMS sets it. */
  isByPhone: boolean;
  /** To be written in the change's own transaction, beside an update of the account that has {@link countChange}. */
  write: Write;
}

/** What the journal and the history call a reset with a token by SMS. */
const RESET_BY_PHONE = 'password-reset-by-phone';

/** Those that set a password. */
const PASSWORD_EVENTS: ReadonlySet<string> = new Set(['password-reset', RESET_BY_PHONE, 'password-changed']);

/**
 * What the update of the account has beside the change itself. The condition, with that of the epoch, loses to every other change
 * and every undo since the account was read: those raise one of the two.
 */
export const countChange = ({
  reference: { number },
  seenNumber,
  setsPassword,
  isByPhone,
}: JournalledChange): {
  set: Pick<RowOf<typeof accountRow>, 'changeNumber' | 'passwordChangeNumber' | 'phoneResetNumber'>;
  when: Condition;
} => ({
  set: {
    changeNumber: number,
    ...(setsPassword && { passwordChangeNumber: number }),
    ...(isByPhone && { phoneResetNumber: number }),
  },
  when: isChangeNumber(seenNumber),
});

/**
 * Raises the epoch with a change that no session makes; loses to another write that raised it, and to another change. It keeps an account
 * that was to be deleted: no session is left there that could make a change, so who makes it has come back by a mail.
 * @param further what else has to hold for the account
 */
export const raiseEpochAndCountWrite = (
  { accountId, epoch }: { accountId: string; epoch: number },
  journalled: JournalledChange,
  further: readonly Condition[] = [],
): Write => {
  const { set, when } = countChange(journalled);
  const isUnchanged = accountRow.when.and(accountRow.when.is('epoch', epoch), when, ...further);
  const changes = { set: { ...set, epoch: epoch + 1 }, remove: ['deletion'] } as const;
  return accountRow.updateWrite(accountRow.key(accountId), changes, isUnchanged);
};

/**
 * Raises the epoch with a password that an undo's mail has set: no entry, since no channel may take it back. It counts as set at the
 * newest change, so an undo of that or an older one voids it: it may be an intruder's, who undid a change of their own.
 */
export const setPasswordOfUndoWrite = (
  { accountId, epoch }: { accountId: string; epoch: number },
  changeNumber = 0,
): Write =>
  accountRow.updateWrite(
    accountRow.key(accountId),
    { set: { epoch: epoch + 1, passwordChangeNumber: changeNumber }, remove: ['deletion'] },
    accountRow.when.is('epoch', epoch),
  );

/** @param seen as it was read */
export const isChangeNumber = (seen: number | undefined): Condition =>
  seen === undefined ? accountRow.when.lacks('changeNumber') : accountRow.when.is('changeNumber', seen);

/** Whether an account refuses changes and recovery requests, since an undo. */
export const isFrozen = ({ frozenUntilEpochSeconds = 0 }: Account, nowSeconds: number): boolean =>
  frozenUntilEpochSeconds > nowSeconds;

/** Refuses changes of a frozen account. @throws problem conflict, with the hint `account-frozen` */
export const refuseWhileFrozen = (account: Account, nowSeconds: number): void => {
  if (!isFrozen(account, nowSeconds)) return;
  const retryAfterSeconds = (account.frozenUntilEpochSeconds ?? nowSeconds) - nowSeconds;
  throw problem('conflict', { detail: 'account-frozen', retryAfterSeconds });
};

/** Whether a change can be undone: it is no older than its life, and was not undone, alone or with one before it. */
export const isUndoable = (
  { change, reference: { number, id }, account }: { change: ChangeRow; reference: ChangeReference; account: Account },
  nowSeconds: number,
): boolean => change.changeId === id && number <= (account.changeNumber ?? 0) && !isExpired(change, nowSeconds);

/** The journal of an account's changes of identity and factors (docs/adr/0053). */
export interface ChangeJournal {
  /** Makes the entry of a change. */
  record(change: { before: StateBefore; event: SecurityEventType }): JournalledChange;
  /**
   * Reads the state before a change.
   * @returns `null` for one of another account, or whose key is in the keyring no more
   * @throws KeyringOutdated for an unknown version while the keyring can't be read again
   */
  open(change: ChangeRow, of: { accountId: string; reference: ChangeReference }): Promise<BeforeImage | null>;
}

const IV_BYTES = 12;

const placeOf = (accountId: string, { number, id }: ChangeReference): string => `${accountId}/${number}/${id}`;

/** Opens the journal. */
const makeChangeJournal = ({
  keyring,
  clock,
  randomness,
}: {
  keyring: Keyring;
  clock: Clock;
  randomness: Randomness;
}): ChangeJournal => {
  const { newSalt } = makeDerivedSecrets({ keyring, randomness });
  return {
    record: ({ before: { account, factors }, event }) => {
      const { accountId, email, phone, recoveryPhone = null, changeNumber = 0 } = account;
      const reference = { number: changeNumber + 1, id: randomness.uuid() };
      const atEpochSeconds = clock.nowSeconds();
      const plain = Buffer.from(JSON.stringify({ email, phone, recoveryPhone, factors: keptWithin(factors) }));
      const iv = randomness.bytes(IV_BYTES);
      return {
        reference,
        seenNumber: account.changeNumber,
        setsPassword: PASSWORD_EVENTS.has(event),
        isByPhone: event === RESET_BY_PHONE,
        // In the place of one of that number that was undone: its links are dead.
        write: changeRow.putWrite(changeRow.key(accountId, String(reference.number)), {
          changeId: reference.id,
          event,
          changedAtEpochSeconds: atEpochSeconds,
          image: keyring.encrypt('before-image', plain, placeOf(accountId, reference), iv),
          salt: newSalt(),
          expiresAtEpochSeconds: atEpochSeconds + UNDO_SECONDS,
        }),
      };
    },

    open: async ({ image }, { accountId, reference }) => {
      await keyring.refreshFor(versionOfEncrypted(image));
      const plain = keyring.decrypt('before-image', image, placeOf(accountId, reference));
      return plain && imageSchema.parse(JSON.parse(plain.toString()));
    },
  };
};

export const provideChangeJournal = (scope: Scope & Pick<Ports, 'keyring'>): ChangeJournal => makeChangeJournal(scope);
