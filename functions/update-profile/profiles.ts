import { type Account, accountKey, CURRENT_SESSION, parseAccount } from '../../shared/account/accounts.ts';
import { transactReleasing } from '../../shared/account/phone-claims.ts';
import { isSessionCurrent, type Principal } from '../../shared/account/principal.ts';
import type { EditableClaim, ProfileContent } from '../../shared/account/profile.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { JsonValue } from '../../shared/primitives/json-merge-patch.ts';
import { type CarriedOver, ownerWrites } from '../../shared/session/owner-writes.ts';
import { parseFactors, requireSwitchedOffWrite } from '../../shared/two-factor/factors.ts';

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
  /** Likewise the number; `null` where it shall have none. */
  phoneNumber?: string | null | undefined;
}

type ProfileUpdateResult =
  | { outcome: 'updated'; account: Account }
  | { outcome: 'session-ended' | 'version-differs' | 'email-differs' }
  /** With the account as it is. */
  | { outcome: 'phone-differs'; account: Account };

/** A change of the profile that takes a number away which isn't a factor. */
interface PhoneRemoval {
  principal: Principal;
  /** As it was read: the removal loses when it has changed since. */
  account: Account;
  content: ProfileContent;
  /** The caller's session in the next epoch; `null` where the other sessions live on. */
  carriedOver: CarriedOver | null;
  /** Whether the caller has proven a second factor: without one the removal is refused where one is on. */
  hasSecondProof: boolean;
  writes: readonly Write[];
}

type PhoneRemovalResult =
  | { outcome: 'removed'; account: Account }
  | { outcome: 'is-factor' | 'lacks-second-proof' }
  /** The account has changed since it was read. */
  | { outcome: 'lost' };

/** The profiles of accounts. */
export interface Profiles {
  /** Writes a profile in one conditional write that checks the session as well. */
  update(update: ProfileUpdate): Promise<ProfileUpdateResult>;
  /** Whether codes go to the number of a signed-in caller; asked by a condition, so that no credential is read for it. */
  isPhoneFactor(principal: Principal): Promise<boolean>;
  /** Writes a profile without its number, in one transaction with all that the number opened. */
  removePhone(removal: PhoneRemoval): Promise<PhoneRemovalResult>;
}

/** The SET and REMOVE clauses of a merge, one alias for each claim: names of claims come from a closed list. */
const mergeClauses = (claims: Partial<Record<EditableClaim, JsonValue>>) => {
  const set = Object.entries(claims).filter(([, value]) => value !== null);
  const removed = Object.entries(claims).filter(([, value]) => value === null);
  return {
    set: set.map(([claim]) => `, #claims.#${claim} = :${claim}`).join(''),
    remove: removed.length > 0 ? ` REMOVE ${removed.map(([claim]) => `#claims.#${claim}`).join(', ')}` : '',
    values: Object.fromEntries(set.map(([claim, value]) => [`:${claim}`, value])),
  };
};

const contentClauses = (write: ProfileWrite) =>
  write.kind === 'merge'
    ? mergeClauses(write.claims)
    : {
        set: ', #claims = :claims, #metadata = :metadata',
        remove: '',
        values: { ':claims': write.content.claims, ':metadata': JSON.stringify(write.content.metadata) },
      };

/** Rows of version 1 have no word of a number where there is none. */
const NO_PHONE = '(attribute_not_exists(#phone) OR #phone = :noPhone)';

/** Opens the profiles. */
export const makeProfiles = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Profiles => ({
  update: async ({ principal, write, versions, email, phoneNumber }) => {
    const { set, remove, values } = contentClauses(write);
    const versionNames = versions?.map((_, index) => `:version${index}`) ?? [];
    const phoneCondition = phoneNumber === null ? NO_PHONE : '#phone.#e164 = :phoneNumber';
    const result = await dynamo.write({
      kind: 'update',
      table: 'accounts',
      key: accountKey(principal.accountId),
      update: `SET #updatedAtEpochSeconds = :now, #profileVersion = #profileVersion + :one${set}${remove}`,
      condition: [
        CURRENT_SESSION,
        versions && `#profileVersion IN (${versionNames.join(', ')})`,
        email !== undefined && '#email = :email',
        phoneNumber !== undefined && phoneCondition,
      ]
        .filter(Boolean)
        .join(' AND '),
      names: { '#session': principal.sessionId },
      values: {
        ...values,
        ...Object.fromEntries(versions?.map((version, index) => [`:version${index}`, version]) ?? []),
        ...(email !== undefined && { ':email': email }),
        ...(phoneNumber !== undefined && { [phoneNumber === null ? ':noPhone' : ':phoneNumber']: phoneNumber }),
        ':epoch': principal.epoch,
        ':now': clock.nowSeconds(),
        ':one': 1,
      },
    });
    if (result.won && result.item) return { outcome: 'updated', account: parseAccount(result.item) };

    const current = !result.won && result.current ? parseAccount(result.current) : null;
    if (!current || !isSessionCurrent(current, principal)) return { outcome: 'session-ended' };
    if (versions && !versions.includes(current.profileVersion)) return { outcome: 'version-differs' };
    if (email !== undefined && current.email !== email) return { outcome: 'email-differs' };
    return { outcome: 'phone-differs', account: current };
  },

  isPhoneFactor: async ({ accountId }) =>
    !(await dynamo.transact([requireSwitchedOffWrite({ accountId, which: 'sms' })])).won,

  removePhone: async ({ principal, account, content, carriedOver, hasSecondProof, writes }) => {
    const { accountId, epoch } = principal;
    const { phone, profileVersion } = account;
    const nowSeconds = clock.nowSeconds();
    const result = await transactReleasing(
      dynamo,
      [
        requireSwitchedOffWrite({ accountId, which: hasSecondProof ? 'sms' : 'everything' }),
        // A number that was proven again meanwhile has raised the version: it is a factor by now.
        ...ownerWrites({
          principal,
          carriedOver,
          phone: null,
          profile: { content, seenVersion: profileVersion },
          nowSeconds,
        }),
        ...writes,
      ],
      phone && { e164: phone.e164, accountId },
    );
    if (result.won) {
      const removed = {
        ...account,
        ...content,
        phone: null,
        epoch: carriedOver ? epoch + 1 : epoch,
        profileVersion: profileVersion + 1,
        updatedAtEpochSeconds: nowSeconds,
      };
      return { outcome: 'removed', account: removed };
    }
    const [refusal] = result.refusals;
    if (!refusal) return { outcome: 'lost' };
    return { outcome: parseFactors(refusal.current).sms ? 'is-factor' : 'lacks-second-proof' };
  },
});
