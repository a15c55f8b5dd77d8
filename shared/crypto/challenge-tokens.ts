import { SECOND_FACTORS, type SecondFactor } from '../domain/factors.ts';
import type { Keyring } from './keyring.ts';
import { seal, unseal } from './seal.ts';
import { OPAQUE_KINDS } from './token-kinds.ts';
import { uuidBytes, uuidText } from './uuid-bytes.ts';

const KIND = OPAQUE_KINDS['challenge-token'];

/** What a challenge token names: a sign-in whose password was right and whose second factor is still wanted. */
export interface ChallengeToken {
  verificationId: string;
  accountId: string;
  /** What can answer it, so that its counters can be spent before anything is read. */
  factors: SecondFactor[];
}

/** Makes and reads challenge tokens. They are no JWTs: no route that wants an access token can take one for it. */
export interface ChallengeTokens {
  write(token: ChallengeToken): string;
  /** @returns `null` for what we never issued @throws KeyringOutdated as {@link unseal} does */
  read(text: string): Promise<ChallengeToken | null>;
}

/** Makes them under the keyring's keys. */
export const makeChallengeTokens = ({ keyring }: { keyring: Keyring }): ChallengeTokens => ({
  write: ({ verificationId, accountId, factors }) => {
    const flags = SECOND_FACTORS.reduce((bits, factor, index) => bits | (factors.includes(factor) ? 1 << index : 0), 0);
    return seal(keyring, KIND, Buffer.concat([uuidBytes(verificationId), uuidBytes(accountId), Buffer.from([flags])]));
  },
  read: async (text) => {
    const bytes = await unseal(keyring, KIND, text);
    return (
      bytes && {
        verificationId: uuidText(bytes.subarray(0, 16)),
        accountId: uuidText(bytes.subarray(16, 32)),
        factors: SECOND_FACTORS.filter((_, index) => bytes.readUInt8(32) & (1 << index)),
      }
    );
  },
});
