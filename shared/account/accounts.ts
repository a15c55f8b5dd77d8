import * as z from 'zod/mini';
import type { Dynamo, Item, Key, Write } from '../aws/dynamo.ts';
import { rowSchema, rowStamp } from '../aws/row.ts';
import type { JsonObject } from '../primitives/json-merge-patch.ts';
import { type Actor, isSessionCurrent, type Principal } from './principal.ts';
import type { ProfileContent } from './profile.ts';

/** The row of an account. */
export const accountRow = rowSchema(
  {
    accountId: z.string(),
    email: z.string(),
    epoch: z.int(),
    revokedSessions: z.record(z.string(), z.int()),
    claims: z.custom<ProfileContent['claims']>((value) => typeof value === 'object' && value !== null),
    // JSON text: DynamoDB's own types would refuse numbers and keys that JSON allows.
    metadata: z.string(),
    phone: z.nullable(z.object({ e164: z.string(), country: z.string() })),
    profileVersion: z.int(),
    createdAtEpochSeconds: z.int(),
    updatedAtEpochSeconds: z.int(),
  },
  // From before second factors: nobody had a number.
  { 1: (older) => ({ phone: null, ...older }) },
);

/** An account as the flows see it. It exists from the moment that its address was proven and a password set. */
export interface Account extends ProfileContent {
  accountId: string;
  /** Canonical, proven. */
  email: string;
  /** Proven by a code; `null` where there is none. */
  phone: { e164: string; country: string } | null;
  epoch: number;
  revokedSessions: Record<string, number>;
  /** One more at every change of the profile; the `ETag`. */
  profileVersion: number;
  createdAtEpochSeconds: number;
  updatedAtEpochSeconds: number;
}

export const accountKey = (accountId: string): Key => ({ pk: `ACCOUNT#${accountId}`, sk: 'ACCOUNT' });
export const phoneClaimKey = (e164: string): Key => ({ pk: `PHONE#${e164}`, sk: 'CLAIM' });
export const emailClaimKey = (email: string): Key => ({ pk: `EMAIL#${email}`, sk: 'CLAIM' });

/** The row that makes an address or a number an account's own. */
export const claimRow = rowSchema({ accountId: z.string() });

/** Whose address or number it is. */
export const parseClaim = (item: Item): string => claimRow.parse(item).accountId;

export const parseAccount = (item: Item): Account => {
  const { metadata, ...row } = accountRow.parse(item);
  return { ...row, metadata: JSON.parse(metadata) as JsonObject };
};

/** The condition under which a session is the account's still; `#session` stands for its id. */
export const CURRENT_SESSION = '#epoch = :epoch AND attribute_not_exists(#revokedSessions.#session)';

/** The row of a new account; loses to an account that has the id already. */
export const createAccountWrite = (account: Account): Write => ({
  kind: 'put',
  table: 'accounts',
  item: { ...accountKey(account.accountId), ...rowStamp, ...account, metadata: JSON.stringify(account.metadata) },
  condition: 'attribute_not_exists(#pk)',
});

/** Makes an address this account's own; loses when it is anybody's. */
export const claimEmailWrite = ({ email, accountId }: { email: string; accountId: string }): Write => ({
  kind: 'put',
  table: 'accounts',
  item: { ...emailClaimKey(email), ...rowStamp, accountId },
  condition: 'attribute_not_exists(#pk)',
});

/** Raises the epoch, which ends every session and voids every token and pending change that was made in it; loses when
 * somebody else has raised it. */
export const raiseEpochWrite = ({ accountId, epoch }: { accountId: string; epoch: number }): Write => ({
  kind: 'update',
  table: 'accounts',
  key: accountKey(accountId),
  update: 'SET #epoch = :next',
  condition: '#epoch = :epoch',
  values: { ':epoch': epoch, ':next': epoch + 1 },
});

/** Loses when the account has left the epoch, for instance by a reset between a read and this write. */
export const requireEpochWrite = ({ accountId, epoch }: { accountId: string; epoch: number }): Write => ({
  kind: 'check',
  table: 'accounts',
  key: accountKey(accountId),
  condition: '#epoch = :epoch',
  values: { ':epoch': epoch },
});

/** Loses when a session has ended since its token was read: the check of a session in a transaction. */
export const requireSessionWrite = ({
  accountId,
  epoch,
  sessionId,
}: Pick<Principal, 'accountId' | 'epoch' | 'sessionId'>): Write => ({
  kind: 'check',
  table: 'accounts',
  key: accountKey(accountId),
  condition: CURRENT_SESSION,
  names: { '#session': sessionId },
  values: { ':epoch': epoch },
});

/** Loses when the challenge or the session that acts has ended: the check of either in a transaction. */
export const requireActorWrite = ({ accountId, epoch, sessionId }: Actor): Write =>
  sessionId === undefined
    ? requireEpochWrite({ accountId, epoch })
    : requireSessionWrite({ accountId, epoch, sessionId });

/** Accounts. */
export interface Accounts {
  /** @param email canonical @returns `null` where no account has that address */
  findIdByEmail(email: string): Promise<string | null>;
  find(accountId: string): Promise<Account | null>;
  /** @returns `null` unless the session is the account's still */
  findForSession(principal: Principal): Promise<Account | null>;
}

/** Opens the accounts. */
export const makeAccounts = ({ dynamo }: { dynamo: Dynamo }): Accounts => {
  const find: Accounts['find'] = async (accountId) => {
    const item = await dynamo.get('accounts', accountKey(accountId));
    return item && parseAccount(item);
  };

  return {
    find,

    findIdByEmail: async (email) => {
      const claim = await dynamo.get('accounts', emailClaimKey(email));
      return claim && parseClaim(claim);
    },

    findForSession: async (principal) => {
      const account = await find(principal.accountId);
      return isSessionCurrent(account, principal) ? account : null;
    },
  };
};
