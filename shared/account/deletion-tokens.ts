import type { Write } from '../aws/dynamo.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../keyring/derived-secrets.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { sha256 } from '../primitives/digest.ts';
import type { Account } from './accounts.ts';
import { type DeletionChannel, deletionTokenRow } from './deletions.ts';
import type { PendingDeletion } from './pending-deletion.ts';

/** A token, and the write that makes it good. */
interface DeletionToken {
  token: string;
  write: Extract<Write, { kind: 'put' }>;
}

/**
 * Makes the token that cancels a deletion for one channel, the same one each time: it is derived from the salt of the deletion.
 *
 * @returns `null` where the account has no such channel, or the key is in the keyring no more
 */
export type MakeDeletionToken = (
  of: { account: Pick<Account, 'accountId' | 'email' | 'phone'>; deletion: PendingDeletion & { salt: string } },
  channel: DeletionChannel,
) => Promise<DeletionToken | null>;

const makeMakeDeletionToken =
  ({ derivedSecrets }: { derivedSecrets: Pick<DerivedSecrets, 'token'> }): MakeDeletionToken =>
  async ({ account: { accountId, email, phone }, deletion }, channel) => {
    const { deletionId, salt, erasesAtEpochSeconds: expiresAtEpochSeconds } = deletion;
    const destination = channel === 'mail' ? email : phone?.e164;
    if (destination === undefined) return null;
    const row = `${accountId}/${deletionId}/${channel}`;
    const token = await derivedSecrets.token(salt, { purpose: 'deletion-token', row, epoch: null, destination });
    if (token === null) return null;
    const content = { accountId, deletionId, expiresAtEpochSeconds };
    return { token, write: deletionTokenRow.putWrite(deletionTokenRow.key(sha256(token)), content) };
  };

export const provideMakeDeletionToken = (scope: Scope & Pick<Ports, 'keyring'>): MakeDeletionToken =>
  makeMakeDeletionToken({ derivedSecrets: scope.use(makeDerivedSecrets) });
