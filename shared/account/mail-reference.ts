import { MAIL_REFERENCE_SECONDS } from '../contract/lifetimes.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { signOpaque, verifyOpaque } from '../keyring/sign-opaque.ts';
import { OPAQUE_KINDS } from '../keyring/token-kinds.ts';
import type { Clock } from '../primitives/clock.ts';
import { uuidBytes, uuidText } from '../primitives/uuid-bytes.ts';

const KIND = OPAQUE_KINDS['mail-reference'];

const OFFSET = { account: 0, sentAt: 16, purpose: 20 };

/** What a mail is for. Each is stored as its place in this list, so a new one goes to the end. */
const MAIL_PURPOSES = ['notice', 'recovery', 'asked'] as const;

export type MailPurpose = (typeof MAIL_PURPOSES)[number];

/** A mail to an account. */
export interface ReferredMail {
  accountId: string;
  sentAtEpochSeconds: number;
  purpose: MailPurpose;
}

/**
 * References of mails. SES returns one with all that it tells of its mail, so nothing is stored of mails. Each is signed, and bound to
 * the address that the mail goes to: what is told of another mail or address finds no account.
 */
export interface MailReferences {
  /** @param email that the mail goes to, canonical @returns a value for a tag of SES: letters, digits, `_` and `-` */
  write(mail: Omit<ReferredMail, 'sentAtEpochSeconds'>, email: string): string;
  /**
   * @param emails canonical, those that something is told of
   * @returns the mail and the one of the addresses that it went to; `null` for a reference that was never given out for any of them, and
   * for a mail of which nothing is heard any more
   * @throws KeyringOutdated for an unknown version while the keyring can't be read again
   */
  read(text: string, emails: readonly string[]): Promise<(ReferredMail & { email: string }) | null>;
}

/** Makes them under the keyring's keys. */
export const makeMailReferences = ({ keyring, clock }: { keyring: Keyring; clock: Clock }): MailReferences => ({
  write: ({ accountId, purpose }, email) => {
    const bytes = Buffer.alloc(KIND.payloadBytes);
    uuidBytes(accountId).copy(bytes, OFFSET.account);
    bytes.writeUInt32BE(clock.nowSeconds(), OFFSET.sentAt);
    bytes.writeUInt8(MAIL_PURPOSES.indexOf(purpose), OFFSET.purpose);
    return signOpaque(keyring, KIND, bytes, email);
  },

  read: async (text, emails) => {
    for (const email of emails) {
      const bytes = await verifyOpaque(keyring, KIND, text, email);
      if (!bytes) continue;
      const sentAtEpochSeconds = bytes.readUInt32BE(OFFSET.sentAt);
      const purpose = MAIL_PURPOSES[bytes.readUInt8(OFFSET.purpose)];
      const isOver = sentAtEpochSeconds + MAIL_REFERENCE_SECONDS <= clock.nowSeconds();
      if (purpose === undefined || isOver) return null;
      return { accountId: uuidText(bytes.subarray(OFFSET.account, OFFSET.sentAt)), sentAtEpochSeconds, purpose, email };
    }
    return null;
  },
});
