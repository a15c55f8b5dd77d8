import {
  type Account,
  type AccountRow,
  accountRow,
  parseAccount,
  sessionIsCurrent,
} from '../../shared/account/accounts.ts';
import type { JournalledChange } from '../../shared/account/change-journal.ts';
import { profileVersionOf } from '../../shared/account/pending-email.ts';
import { makePhoneClaims } from '../../shared/account/phone-claims.ts';
import { isSessionCurrent, type Principal } from '../../shared/account/principal.ts';
import type { ProfileContent } from '../../shared/account/profile.ts';
import { makeRecoveryClaims } from '../../shared/account/recovery-claims.ts';
import type { Condition } from '../../shared/aws/conditions.ts';
import type { Changes } from '../../shared/aws/define-row.ts';
import type { Dynamo, Write, WriteResult } from '../../shared/aws/dynamo.ts';
import { UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { EditableClaim } from '../../shared/contract/profile-claims.ts';
import type { ProfileVersion } from '../../shared/contract/profile-version.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { JsonValue } from '../../shared/primitives/json-merge-patch.ts';
import { ownerWrites } from '../../shared/session/owner-writes.ts';
import { type Session, sessionRow } from '../../shared/session/session-row.ts';
import type { CarriedOver } from '../../shared/session/sessions.ts';
import { type Factors, factorsRow, parseFactors } from '../../shared/two-factor/factors.ts';
import { afterChange } from './replace-profile.ts';

/** The writes of an answer, which says what the account is from then on. */
export type KeepWrites = (account: Account) => Promise<readonly Write[]>;

/** A change of the profile that can be written without reading it first. */
export type ProfileWrite =
  | { kind: 'replace'; content: ProfileContent }
  | { kind: 'merge'; claims: Partial<Record<EditableClaim, JsonValue>> };

interface ProfileUpdate {
  principal: Principal;
  write: ProfileWrite;
  /** Versions that the caller holds; `null` where any will do. */
  versions: readonly number[] | null;
  /** The address that the caller believes is the account's; left out where it said nothing. */
  email?: string | undefined;
  /** Whether naming that address ends a change that is pending: then it is refused here, and left to who can end it. */
  endsPendingEmail: boolean;
  /** Likewise the number; `null` where it shall have none. */
  phoneNumber?: string | null | undefined;
  /** Likewise the number for recovery. */
  recoveryPhone?: string | null | undefined;
  /** For an answer that is kept with the change: a replacement of what was read, on the condition that it is that still. */
  kept?: { current: Account; content: ProfileContent; keepWrites: KeepWrites } | null;
}

/** A change that says another thing of address or numbers than the account, which is as it is here, or that ends its pending change. */
export interface IdentityDiffers {
  outcome: 'email-differs' | 'email-pending' | 'phone-differs' | 'recovery-phone-differs';
  account: Account;
}

type ProfileUpdateResult =
  | { outcome: 'updated'; account: Account }
  | { outcome: 'session-ended' }
  | { outcome: 'version-differs'; version: ProfileVersion }
  | IdentityDiffers;

/** The numbers that an owner can remove: the profile's, where it is no factor, and that of recovery. */
export type OwnNumber = 'phone' | 'recoveryPhone';

/** A change of the profile that takes a number away. */
interface NumberRemoval {
  which: OwnNumber;
  principal: Principal;
  /** As it was read: the removal loses when it has changed since. */
  account: Account;
  content: ProfileContent;
  /** The caller's session in the next epoch; `null` where the other sessions live on. */
  carriedOver: CarriedOver | null;
  journalled: JournalledChange;
  writes: readonly Write[];
  keepWrites: KeepWrites;
}

/** What a removal is decided by, beside the account. */
interface RemovalDecision {
  factors: Factors;
  /** `null` for one that has ended. */
  session: Session | null;
}

/** The profiles of accounts. */
export interface Profiles {
  /** Writes a profile in one conditional write that checks the session as well. @throws StoreUnavailable */
  update(update: ProfileUpdate): Promise<ProfileUpdateResult>;
  /** @throws StoreUnavailable */
  readForRemoval(principal: Principal): Promise<RemovalDecision>;
  /**
   * Writes a profile without a number, in one transaction with all that the number opened.
   * @returns `null` where the account or its factors have changed since they were read
   * @throws StoreUnavailable
   */
  removeNumber(removal: NumberRemoval): Promise<Account | null>;
}

const { when } = accountRow;

/** The changes of one write. A merge sets and removes claim by claim, so that two of different claims both last. */
const changesOf = (write: ProfileWrite): Changes<AccountRow> => {
  if (write.kind === 'replace') {
    return { set: { claims: write.content.claims, metadata: JSON.stringify(write.content.metadata) } };
  }
  const claims = Object.entries(write.claims);
  return {
    setAt: claims.filter(([, value]) => value !== null).map(([claim, value]) => [['claims', claim], value] as const),
    remove: claims.filter(([, value]) => value === null).map(([claim]) => ['claims', claim] as const),
  };
};

/** Rows have no attribute for a number where there never was one. */
const hasNumber = (which: OwnNumber, e164: string | null): Condition =>
  e164 === null ? when.or(when.lacks(which), when.is(which, null)) : when.is([which, 'e164'], e164);

/** Opens the profiles. */
export const makeProfiles = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Profiles => {
  /** Like a write alone, of which a transaction returns no row. */
  const writeBeside = async (update: Write, others: readonly Write[]): Promise<WriteResult> => {
    const result = await dynamo.transact([update, ...others]);
    return result.won ? { won: true, item: null } : { won: false, current: result.refusals[0]?.current ?? null };
  };

  return {
    update: async ({ principal, write, versions, email, endsPendingEmail, phoneNumber, recoveryPhone, kept }) => {
      const isEnding = endsPendingEmail && email !== undefined;
      const { set, ...changes } = changesOf(write);
      const nowSeconds = clock.nowSeconds();
      const update = accountRow.updateWrite(
        accountRow.key(principal.accountId),
        { ...changes, set: { ...set, updatedAtEpochSeconds: nowSeconds }, increase: { profileVersion: 1 } },
        when.and(
          sessionIsCurrent(principal),
          ...(versions ? [when.isOneOf('profileVersion', versions)] : []),
          ...(email === undefined ? [] : [when.is('email', email)]),
          ...(isEnding ? [when.lacks('pendingEmail')] : []),
          ...(phoneNumber === undefined ? [] : [hasNumber('phone', phoneNumber)]),
          ...(recoveryPhone === undefined ? [] : [hasNumber('recoveryPhone', recoveryPhone)]),
        ),
      );
      const after = kept ? afterChange(kept.current, kept.content, nowSeconds) : null;
      const result =
        kept && after ? await writeBeside(update, await kept.keepWrites(after)) : await dynamo.write(update);
      if (result.won && after) return { outcome: 'updated', account: after };
      if (result.won && result.item) return { outcome: 'updated', account: parseAccount(result.item) };

      const current = !result.won && result.current ? parseAccount(result.current) : null;
      if (!current || !isSessionCurrent(current, principal)) return { outcome: 'session-ended' };
      if (versions && !versions.includes(current.profileVersion)) {
        return { outcome: 'version-differs', version: profileVersionOf(current, nowSeconds) };
      }
      if (email !== undefined && current.email !== email) return { outcome: 'email-differs', account: current };
      if (isEnding && current.pendingEmail) return { outcome: 'email-pending', account: current };
      const isOtherPhone = phoneNumber !== undefined && phoneNumber !== (current.phone?.e164 ?? null);
      return { outcome: isOtherPhone ? 'phone-differs' : 'recovery-phone-differs', account: current };
    },

    readForRemoval: async ({ accountId, sessionId }) => {
      const [factors = null, session] = await dynamo.transactGet([
        factorsRow.at(accountId),
        sessionRow.at(accountId, sessionId),
      ]);
      return { factors: parseFactors(factors), session: session ? sessionRow.parse(session) : null };
    },

    removeNumber: async ({ which, principal, account, content, carriedOver, journalled, writes, keepWrites }) => {
      const { accountId, epoch } = principal;
      const { profileVersion, [which]: number } = account;
      const nowSeconds = clock.nowSeconds();
      const epochAfter = carriedOver ? epoch + 1 : epoch;
      const removed = afterChange(account, { ...content, [which]: null, epoch: epochAfter }, nowSeconds);
      const profile = { content, seenVersion: profileVersion };
      const all = [
        // A number that became a factor meanwhile, or an account that got one, has raised the number of changes.
        ...ownerWrites({ principal, carriedOver, journalled, [which]: null, profile, nowSeconds }),
        ...writes,
        ...(await keepWrites(removed)),
      ];
      const claim = number ? { e164: number.e164, accountId } : null;
      const result =
        which === 'recoveryPhone' && claim
          ? await makeRecoveryClaims({ dynamo, clock }).end(all, claim)
          : await makePhoneClaims({ dynamo, clock }).give(
              all,
              claim && {
                ...claim,
                reservedUntilEpochSeconds: nowSeconds + UNDO_SECONDS,
                formerFactorUntilEpochSeconds: null,
              },
            );
      return result.won ? removed : null;
    },
  };
};
