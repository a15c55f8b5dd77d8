import * as z from 'zod/mini';
import type { Clock } from '../domain/clock.ts';
import type { JsonObject, JsonValue } from '../domain/json-merge-patch.ts';
import type { EditableClaim, ProfileContent } from '../domain/profile.ts';
import { isSessionCurrent, type Principal } from '../domain/session.ts';
import type { Dynamo, Item, Key, Write } from './dynamo.ts';
import { rowStamp, stampSchema } from './row.ts';

const accountRow = z.object({
  ...stampSchema,
  accountId: z.string(),
  email: z.string(),
  epoch: z.int(),
  revokedSessions: z.record(z.string(), z.int()),
  claims: z.custom<ProfileContent['claims']>((value) => typeof value === 'object' && value !== null),
  // JSON text: DynamoDB's own types would refuse numbers and keys that JSON allows.
  metadata: z.string(),
  profileVersion: z.int(),
  createdAtEpochSeconds: z.int(),
  updatedAtEpochSeconds: z.int(),
});

/** An account as the flows see it. It exists from the moment that its address was proven and a password set. */
export interface Account extends ProfileContent {
  accountId: string;
  /** Canonical, proven. */
  email: string;
  epoch: number;
  revokedSessions: Record<string, number>;
  /** One more at every change of the profile; the `ETag`. */
  profileVersion: number;
  createdAtEpochSeconds: number;
  updatedAtEpochSeconds: number;
}

export const accountKey = (accountId: string): Key => ({ pk: `ACCOUNT#${accountId}`, sk: 'ACCOUNT' });
export const emailClaimKey = (email: string): Key => ({ pk: `EMAIL#${email}`, sk: 'CLAIM' });

const emailClaimRow = z.object({ ...stampSchema, accountId: z.string() });

/** Whose address it is. */
export const parseEmailClaim = (item: Item): string => emailClaimRow.parse(item).accountId;

export const parseAccount = (item: Item): Account => {
  const { schemaVersion, claims, metadata, ...row } = accountRow.parse(item);
  return {
    ...row,
    claims,
    metadata: JSON.parse(metadata) as JsonObject,
  };
};

/** The row of a new account; loses to an account that has the id already. */
export const createAccount = (account: Account): Write => ({
  kind: 'put',
  table: 'accounts',
  item: { ...accountKey(account.accountId), ...rowStamp, ...account, metadata: JSON.stringify(account.metadata) },
  condition: 'attribute_not_exists(#pk)',
});

/** Makes an address this account's own; loses when it is anybody's. */
export const claimEmail = ({ email, accountId }: { email: string; accountId: string }): Write => ({
  kind: 'put',
  table: 'accounts',
  item: { ...emailClaimKey(email), ...rowStamp, accountId },
  condition: 'attribute_not_exists(#pk)',
});

/** Raises the epoch, which ends every session and voids every token and pending change that was made in it; loses when
 * somebody else has raised it. */
export const raiseEpoch = ({ accountId, epoch }: { accountId: string; epoch: number }): Write => ({
  kind: 'update',
  table: 'accounts',
  key: accountKey(accountId),
  update: 'SET #epoch = :next',
  condition: '#epoch = :epoch',
  values: { ':epoch': epoch, ':next': epoch + 1 },
});

/** Loses when the account has left the epoch, for instance by a reset between a read and this write. */
export const requireEpoch = ({ accountId, epoch }: { accountId: string; epoch: number }): Write => ({
  kind: 'check',
  table: 'accounts',
  key: accountKey(accountId),
  condition: '#epoch = :epoch',
  values: { ':epoch': epoch },
});

/** A change of the profile that can be written without reading it first. */
export type ProfileWrite =
  | { kind: 'replace'; content: ProfileContent }
  | { kind: 'merge'; claims: Partial<Record<EditableClaim, JsonValue>> };

export interface ProfileUpdate {
  principal: Principal;
  write: ProfileWrite;
  /** Versions that the caller holds; `null` where any will do. */
  versions: readonly number[] | null;
  /** The address that the caller believes is the account's; `null` where it said nothing. */
  email: string | null;
}

export type ProfileUpdateResult =
  | { outcome: 'updated'; account: Account }
  | { outcome: 'session-ended' | 'version-differs' | 'email-differs' };

const CURRENT_SESSION = '#epoch = :epoch AND attribute_not_exists(#revokedSessions.#session)';

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

/** Accounts and their profiles. */
export interface Accounts {
  /** @param email canonical @returns `null` where no account has that address */
  findIdByEmail(email: string): Promise<string | null>;
  find(accountId: string): Promise<Account | null>;
  /** @returns `null` unless the session is the account's still */
  findForSession(principal: Principal): Promise<Account | null>;
  /** Writes a profile in one conditional write that checks the session as well. */
  updateProfile(update: ProfileUpdate): Promise<ProfileUpdateResult>;
}

/** Opens the accounts. */
export const makeAccounts = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Accounts => {
  const find: Accounts['find'] = async (accountId) => {
    const item = await dynamo.get('accounts', accountKey(accountId));
    return item && parseAccount(item);
  };

  return {
    find,

    findIdByEmail: async (email) => {
      const claim = await dynamo.get('accounts', emailClaimKey(email));
      return claim && parseEmailClaim(claim);
    },

    findForSession: async (principal) => {
      const account = await find(principal.accountId);
      return isSessionCurrent(account, principal) ? account : null;
    },

    updateProfile: async ({ principal, write, versions, email }) => {
      const { set, remove, values } = contentClauses(write);
      const versionNames = versions?.map((_, index) => `:version${index}`) ?? [];
      const result = await dynamo.write({
        kind: 'update',
        table: 'accounts',
        key: accountKey(principal.accountId),
        update: `SET #updatedAtEpochSeconds = :now, #profileVersion = #profileVersion + :one${set}${remove}`,
        condition: [
          CURRENT_SESSION,
          versions && `#profileVersion IN (${versionNames.join(', ')})`,
          email !== null && '#email = :email',
        ]
          .filter(Boolean)
          .join(' AND '),
        names: { '#session': principal.sessionId },
        values: {
          ...values,
          ...Object.fromEntries(versions?.map((version, index) => [`:version${index}`, version]) ?? []),
          ...(email !== null && { ':email': email }),
          ':epoch': principal.epoch,
          ':now': clock.nowSeconds(),
          ':one': 1,
        },
      });
      if (result.won && result.item) return { outcome: 'updated', account: parseAccount(result.item) };

      const current = !result.won && result.current ? parseAccount(result.current) : null;
      if (!current || !isSessionCurrent(current, principal)) return { outcome: 'session-ended' };
      return { outcome: versions && !versions.includes(current.profileVersion) ? 'version-differs' : 'email-differs' };
    },
  };
};
