import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';
import type { RowOf } from '../aws/row.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../keyring/derived-secrets.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { sha256 } from '../primitives/digest.ts';
import type { BeforeImage, ChangeReference, changeRow } from './change-journal.ts';

/** The ways that a link goes; the token of each is another. */
const UNDO_CHANNELS = ['mail', 'sms'] as const;

export type UndoChannel = (typeof UNDO_CHANNELS)[number];

/** A token that undoes a change, by its hash. It is bound to account and change, and to no epoch: a later change must not end it. */
export const undoRow = defineRow({
  table: 'tokens',
  word: 'UNDO',
  sortKey: () => 'TOKEN',
  shape: {
    accountId: z.string(),
    number: z.int(),
    changeId: z.string(),
    channel: z.enum(UNDO_CHANNELS),
    expiresAtEpochSeconds: z.int(),
  },
});

/** A change whose links are to be made. */
interface LinkedChange {
  accountId: string;
  reference: ChangeReference;
  change: RowOf<typeof changeRow>;
  image: BeforeImage;
}

/** A token, and the write that makes it good. */
interface UndoToken {
  token: string;
  write: Extract<Write, { kind: 'put' }>;
}

/**
 * Makes the token of a change for one channel, the same one each time: it is derived from the salt of the change.
 *
 * @returns `null` where there was no such channel before the change, or the key is in the keyring no more
 */
export type MakeUndoToken = (linked: LinkedChange, channel: UndoChannel) => Promise<UndoToken | null>;

const makeMakeUndoToken =
  ({ derivedSecrets }: { derivedSecrets: DerivedSecrets }): MakeUndoToken =>
  async ({ accountId, reference: { number, id }, change, image }, channel) => {
    const destination = channel === 'mail' ? image.email : image.phone?.e164;
    if (destination === undefined) return null;
    const row = `${accountId}/${id}/${channel}`;
    const token = await derivedSecrets.token(change.salt, { purpose: 'undo-token', row, epoch: null, destination });
    if (token === null) return null;
    const { expiresAtEpochSeconds } = change;
    const content = { accountId, number, changeId: id, channel, expiresAtEpochSeconds };
    return { token, write: undoRow.putWrite(undoRow.key(sha256(token)), content) };
  };

export const provideMakeUndoToken = (scope: Scope & Pick<Ports, 'keyring'>): MakeUndoToken =>
  makeMakeUndoToken({ derivedSecrets: scope.use(makeDerivedSecrets) });
