import { CHALLENGE_FACTORS, type ChallengeFactor } from '../contract/factor-names.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { signOpaque, verifyOpaque } from '../keyring/sign-opaque.ts';
import { OLDER_CHALLENGE_TOKEN, OPAQUE_KINDS } from '../keyring/token-kinds.ts';
import { uuidBytes, uuidText } from '../primitives/uuid-bytes.ts';

const KIND = OPAQUE_KINDS['challenge-token'];

/**
 * The bit of each factor in a token. Tokens are out when a release is deployed, so a bit keeps its meaning for ever; in
 * which order factors are shown is a matter of {@link CHALLENGE_FACTORS}.
 */
const FACTOR_BITS: Readonly<Record<ChallengeFactor, number>> = { totp: 1, sms: 2, recovery_code: 4, email_code: 8 };

/** Where epoch and end begin. */
const NAMES_BYTES = 33;

/** What a challenge token of release 0.1.0 names. */
interface OlderChallengeToken {
  verificationId: string;
  accountId: string;
  /** What can answer it, so that its counters can be spent before anything is read. */
  factors: ChallengeFactor[];
}

/** What a challenge token names: a sign-in whose password was right and which wants more. */
export interface ChallengeToken extends OlderChallengeToken {
  /** The account's, 0…2^32-1: nothing is written for a challenge whose account has left it, and so nothing is read before. */
  epoch: number;
  /** Before 2106. A token that is over reaches no table: its transactions would stand in the way of the account's own. */
  expiresAtEpochSeconds: number;
}

/** Makes and reads challenge tokens. They are no JWTs: no route that wants an access token can take one for it. */
export interface ChallengeTokens {
  write(token: ChallengeToken): string;
  /** @returns `null` for what we never issued @throws KeyringOutdated as {@link verifyOpaque} does */
  read(text: string): Promise<ChallengeToken | null>;
  /** Reads one of release 0.1.0. @returns `null` for anything else @throws KeyringOutdated as {@link verifyOpaque} does */
  readOlder(text: string): Promise<OlderChallengeToken | null>;
}

const namesIn = (bytes: Buffer): OlderChallengeToken => ({
  verificationId: uuidText(bytes.subarray(0, 16)),
  accountId: uuidText(bytes.subarray(16, 32)),
  factors: CHALLENGE_FACTORS.filter((factor) => bytes.readUInt8(32) & FACTOR_BITS[factor]),
});

/** Makes them under the keyring's keys. */
export const makeChallengeTokens = ({ keyring }: { keyring: Keyring }): ChallengeTokens => ({
  write: ({ verificationId, accountId, factors, epoch, expiresAtEpochSeconds }) => {
    const flags = factors.reduce((bits, factor) => bits | FACTOR_BITS[factor], 0);
    const life = Buffer.alloc(8);
    life.writeUInt32BE(epoch, 0);
    life.writeUInt32BE(expiresAtEpochSeconds, 4);
    const names = [uuidBytes(verificationId), uuidBytes(accountId), Buffer.from([flags])];
    return signOpaque(keyring, KIND, Buffer.concat([...names, life]));
  },
  read: async (text) => {
    const bytes = await verifyOpaque(keyring, KIND, text);
    return (
      bytes && {
        ...namesIn(bytes),
        epoch: bytes.readUInt32BE(NAMES_BYTES),
        expiresAtEpochSeconds: bytes.readUInt32BE(NAMES_BYTES + 4),
      }
    );
  },
  readOlder: async (text) => {
    const bytes = await verifyOpaque(keyring, OLDER_CHALLENGE_TOKEN, text);
    return bytes && namesIn(bytes);
  },
});
