import { generateURI, NobleCryptoPlugin, ScureBase32Plugin, verifySync } from 'otplib';
import { CODE_DIGITS } from '../primitives/digit-code.ts';

/** RFC 4226 §4 R6 recommends 160 bits. */
export const TOTP_SECRET_BYTES = 20;

/** RFC 6238 §4: what every authenticator app assumes. */
const PERIOD_SECONDS = 30;
const ALGORITHM = 'sha1';

/** RFC 6238 §5.2 and §6: one step back for the way from the phone to us and for a clock that is slow, one forward for one that is fast. */
const TOLERANCE_SECONDS: [past: number, future: number] = [PERIOD_SECONDS, PERIOD_SECONDS];

/** From the present step to the next one beyond the tolerance, on either side. */
const NEAR_MISS_SECONDS = 2 * PERIOD_SECONDS;

/** The step before all that a code can be of: with it none is refused as used. It ended in 1970. */
export const NO_STEP = 0;

/** The instant from which a later step than this one is the present one, in seconds of the epoch. */
export const stepEndSeconds = (step: number): number => (step + 1) * PERIOD_SECONDS;

const base32 = new ScureBase32Plugin();
const crypto = new NobleCryptoPlugin();

/** As authenticator apps take a secret by hand. @see RFC 4648 §6 */
export const totpSecretText = (secret: Buffer): string => base32.encode(secret, { padding: false });

/** As authenticator apps take it by QR code. @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export const totpUri = ({ secret, issuer, label }: { secret: Buffer; issuer: string; label: string }): string =>
  generateURI({
    issuer: issuer.replaceAll(':', ''), // a colon would part it from the label, and neither may hold one
    label,
    secret: totpSecretText(secret),
    algorithm: ALGORITHM,
    digits: CODE_DIGITS,
    period: PERIOD_SECONDS,
  });

interface TypedCode {
  secret: Buffer;
  /** Six digits. */
  code: string;
  nowSeconds: number;
  /** The last time step that was accepted; that one and all before are refused. */
  afterStep: number;
}

const matchWithin = (
  { secret, code, nowSeconds, afterStep }: TypedCode,
  epochTolerance: [number, number],
): number | null => {
  try {
    const result = verifySync({
      secret,
      token: code,
      epoch: nowSeconds,
      epochTolerance,
      afterTimeStep: afterStep,
      algorithm: ALGORITHM,
      digits: CODE_DIGITS,
      period: PERIOD_SECONDS,
      crypto,
      base32,
    });
    return result.valid && 'timeStep' in result ? result.timeStep : null;
  } catch {
    return null; // the library throws at codes of another length and at steps out of its range
  }
};

/**
 * Verifies a code.
 *
 * @returns the time step that matched, to be stored in place of `afterStep`; `null` for a wrong code
 * @see RFC 6238 §5.2
 */
export const matchTotp = (typed: TypedCode): number | null => matchWithin(typed, TOLERANCE_SECONDS);

/**
 * The time step of a refused code that is of the step before or after those that are accepted: what an app shows whose clock is off.
 *
 * @returns `null` for every other code, replayed ones included
 */
export const nearMissOfTotp = (typed: TypedCode): number | null => {
  const at = (seconds: number) => matchWithin({ ...typed, nowSeconds: typed.nowSeconds + seconds }, [0, 0]);
  return at(-NEAR_MISS_SECONDS) ?? at(NEAR_MISS_SECONDS);
};

/** The last step whose code was accepted at an instant or before it, at the latest. */
export const lastStepBy = (epochSeconds: number): number =>
  Math.floor((epochSeconds + TOLERANCE_SECONDS[1]) / PERIOD_SECONDS);
