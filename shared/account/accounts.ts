import * as z from 'zod/mini';
import type { Condition } from '../aws/conditions.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import type { RowOf } from '../aws/row.ts';
import type { JsonObject } from '../primitives/json-merge-patch.ts';
import { emailClaimRow, ownerOfEmail } from './email-claims.ts';
import { emailMarkShape } from './email-mark.ts';
import { pendingDeletionShape } from './pending-deletion.ts';
import { pendingEmailShape } from './pending-email.ts';
import { phoneShape, recoveryPhoneShape } from './phone-shapes.ts';
import { type Actor, isSessionCurrent, type Principal } from './principal.ts';
import type { ProfileContent } from './profile.ts';

/** The row of an account. */
export const accountRow = defineRow({
  table: 'accounts',
  word: 'ACCOUNT',
  sortKey: () => 'ACCOUNT',
  shape: {
    accountId: z.string(),
    email: z.string(),
    epoch: z.int(),
    revokedSessions: z.record(z.string(), z.int()),
    claims: z.custom<ProfileContent['claims']>((value) => typeof value === 'object' && value !== null),
    // JSON text: DynamoDB's own types would refuse numbers and keys that JSON allows.
    metadata: z.string(),
    phone: phoneShape,
    /** Absent or `null` where the owner has chosen none. */
    recoveryPhone: z.optional(z.nullable(recoveryPhoneShape)),
    /** A change of address that waits; absent where there is none. One that has ended may still stand here. */
    pendingEmail: z.optional(pendingEmailShape),
    profileVersion: z.int(),
    createdAtEpochSeconds: z.int(),
    updatedAtEpochSeconds: z.int(),
    /** How many changes of identity or factors can be undone in their order; absent before the first (docs/adr/0053). */
    changeNumber: z.optional(z.int()),
    /** Number of the latest of those that set a password; absent where none did. */
    passwordChangeNumber: z.optional(z.int()),
    /** Number of the latest of those that a token by SMS set; absent where none did. */
    phoneResetNumber: z.optional(z.int()),
    /** Until then an undo refuses new recovery requests and changes; absent where none was made. */
    frozenUntilEpochSeconds: z.optional(z.int()),
    /** Set where mail does not reach the address (docs/adr/0062); absent where nothing speaks against it. */
    emailMark: z.optional(emailMarkShape),
    /** What is told of mail from before that moment says nothing of the address; absent where it was proven at the sign-up alone. */
    emailGoodSinceEpochSeconds: z.optional(z.int()),
    /** Since when an operator keeps all callers out (docs/adr/0067); absent where none does. */
    suspendedAtEpochSeconds: z.optional(z.int()),
    /** Present while the account is to be deleted (docs/adr/0064). */
    deletion: z.optional(pendingDeletionShape),
    /** Of which moment the backup was that brought the row back, once it is settled (docs/adr/0084); absent where none did. */
    restoredToEpochSeconds: z.optional(z.int()),
  },
  // Version 1 is from before second factors, when no account had a number.
  upgrades: { 1: (older) => ({ phone: null, ...older }) },
});

/** The epoch of a new account. */
export const FIRST_EPOCH = 1;

/** An account as it is stored. */
export type AccountRow = RowOf<typeof accountRow>;

/** An account as the flows see it. It exists from the moment that its address was proven and a password set. */
export interface Account extends ProfileContent {
  accountId: string;
  /** Canonical, proven. */
  email: string;
  /** Proven by a code; `null` where there is none. Whether it is verified still, {@link AccountRow} may not know. */
  phone: AccountRow['phone'];
  /** Absent or `null` where the owner has chosen none. */
  recoveryPhone?: AccountRow['recoveryPhone'];
  /** As it is stored: whether it is still good, {@link pendingEmailOf} says. */
  pendingEmail?: AccountRow['pendingEmail'];
  epoch: number;
  revokedSessions: Record<string, number>;
  /** One more at every change of the profile; the `ETag`. */
  profileVersion: number;
  createdAtEpochSeconds: number;
  updatedAtEpochSeconds: number;
  changeNumber?: number | undefined;
  passwordChangeNumber?: number | undefined;
  phoneResetNumber?: number | undefined;
  frozenUntilEpochSeconds?: number | undefined;
  emailMark?: AccountRow['emailMark'];
  emailGoodSinceEpochSeconds?: number | undefined;
  suspendedAtEpochSeconds?: number | undefined;
  /** As it is stored: whether it can still be cancelled, shared/account/pending-deletion.ts says. */
  deletion?: AccountRow['deletion'];
  restoredToEpochSeconds?: number | undefined;
}

/** The row of a number, as E.164: the accounts that have it (docs/adr/0032), and the one that it recovers (docs/adr/0054). */
export const phoneClaimRow = defineRow({
  table: 'accounts',
  sortKey: () => 'CLAIM',
  word: 'PHONE',
  shape: {
    /** The latest to have proven it, for which alone it is verified; absent where that one has given it up. */
    accountId: z.optional(z.string()),
    /** All of them, the latest to have proven it last; absent where 0.1.0 wrote the row, which names one. */
    accountIds: z.optional(z.array(z.string())),
    /** Accounts that have given it up, and until when each has its place for an undo (docs/adr/0053); absent for none. */
    reserved: z.optional(z.record(z.string(), z.int())),
    /** Accounts that it was a factor of, and until when they can't choose it for recovery; absent for none. */
    formerFactorOf: z.optional(z.record(z.string(), z.int())),
    /** The latest to have chosen it for recovery; absent where none has, or another account has proven it since. */
    recoveryAccountId: z.optional(z.string()),
    /** Present where there are only reservations and accounts that it was a factor of. */
    expiresAtEpochSeconds: z.optional(z.int()),
  },
});

export const parseAccount = (item: Item): Account => {
  const { metadata, ...row } = accountRow.parse(item);
  return { ...row, metadata: JSON.parse(metadata) as JsonObject };
};

/** The account is in the epoch of the session and has not revoked it. Every write that a session causes is on this condition. */
export const sessionIsCurrent = ({ epoch, sessionId }: Pick<Principal, 'epoch' | 'sessionId'>): Condition =>
  accountRow.when.and(accountRow.when.is('epoch', epoch), accountRow.when.lacks(['revokedSessions', sessionId]));

/** The row of a new account; loses to an account that has the id already. */
export const createAccountWrite = (account: Account): Extract<Write, { kind: 'put' }> =>
  accountRow.putWrite(
    accountRow.key(account.accountId),
    { ...account, metadata: JSON.stringify(account.metadata) },
    accountRow.when.isNew,
  );

/** Loses when the account has left the epoch, for instance by a reset between a read and this write. */
export const requireEpochWrite = ({ accountId, epoch }: { accountId: string; epoch: number }): Write =>
  accountRow.checkWrite(accountRow.key(accountId), accountRow.when.is('epoch', epoch));

/** Loses when the account has left the epoch, or another change of its address is pending by now, or none. */
export const requireEmailChangeWrite = ({
  accountId,
  epoch,
  changeId,
}: {
  accountId: string;
  epoch: number;
  changeId: string;
}): Write =>
  accountRow.checkWrite(
    accountRow.key(accountId),
    accountRow.when.and(accountRow.when.is('epoch', epoch), accountRow.when.is(['pendingEmail', 'changeId'], changeId)),
  );

/** Loses when a session has ended since its token was read: the check of a session in a transaction. */
export const requireSessionWrite = (principal: Pick<Principal, 'accountId' | 'epoch' | 'sessionId'>): Write =>
  accountRow.checkWrite(accountRow.key(principal.accountId), sessionIsCurrent(principal));

/** Loses when the challenge or the session that acts has ended: the check of either in a transaction. */
export const requireActorWrite = ({ accountId, epoch, sessionId }: Actor): Write =>
  sessionId === undefined
    ? requireEpochWrite({ accountId, epoch })
    : requireSessionWrite({ accountId, epoch, sessionId });

/** Accounts. */
export interface Accounts {
  /** @param email canonical @returns `null` where no account has that address @throws StoreUnavailable */
  findIdByEmail(email: string): Promise<string | null>;
  /** @throws StoreUnavailable */
  find(accountId: string): Promise<Account | null>;
  /** @returns `null` unless the session is the account's still @throws StoreUnavailable */
  findForSession(principal: Principal): Promise<Account | null>;
}

/** Opens the accounts. */
export const makeAccounts = ({ dynamo }: { dynamo: Dynamo }): Accounts => {
  const find: Accounts['find'] = async (accountId) => {
    const item = await dynamo.get('accounts', accountRow.key(accountId));
    return item && parseAccount(item);
  };

  return {
    find,

    findIdByEmail: async (email) => ownerOfEmail(await dynamo.get('accounts', emailClaimRow.key(email))),

    findForSession: async (principal) => {
      const account = await find(principal.accountId);
      return isSessionCurrent(account, principal) ? account : null;
    },
  };
};
