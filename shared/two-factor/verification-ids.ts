import type { Keyring } from '../keyring/keyring.ts';
import { signOpaque, verifyOpaque } from '../keyring/sign-opaque.ts';
import { OPAQUE_KINDS } from '../keyring/token-kinds.ts';
import { uuidBytes, uuidText } from '../primitives/uuid-bytes.ts';

const KIND = OPAQUE_KINDS['verification-id'];

/** The name of the cookie that carries a verification's id to the browser that asked. @see RFC 6265bis §4.1.3.2 */
export const VERIFICATION_COOKIE = '__Host-verification';

/** The answer to a request for a code, with the cookie for pages of the API's own site. */
export const withVerificationCookie = <Answer extends { verification_id: string; expires_in: number }>(
  answer: Answer,
) => {
  const cookie = `${VERIFICATION_COOKIE}=${answer.verification_id}; Path=/; Max-Age=${answer.expires_in}`;
  return { answer, cookies: [`${cookie}; Secure; HttpOnly; SameSite=Strict`] };
};

/**
 * Writes and reads the ids that clients keep. They are signed, so that a client can't use up attempts of a foreign
 * verification.
 */
export interface VerificationIds {
  write(verificationId: string): string;
  /**
   * @param text the id, or the whole answer of request-verification, as an app may keep it
   * @returns `null` for others
   * @throws KeyringOutdated as {@link verifyOpaque} does
   */
  read(text: string): Promise<string | null>;
}

const idWithin = (text: string): string => {
  if (!text.startsWith('{')) return text;
  try {
    const { verification_id: id } = JSON.parse(text) as { verification_id?: unknown };
    return typeof id === 'string' ? id : '';
  } catch {
    return '';
  }
};

/** Makes them under the keyring's keys. */
export const makeVerificationIds = ({ keyring }: { keyring: Keyring }): VerificationIds => ({
  write: (verificationId) => signOpaque(keyring, KIND, uuidBytes(verificationId)),
  read: async (text) => {
    const bytes = await verifyOpaque(keyring, KIND, idWithin(text));
    return bytes && uuidText(bytes);
  },
});
