/** Before the first repeat; then twice as long each time (security.md: resend, not before 30 s). */
export const FIRST_SPACING_SECONDS = 30;

/**
 * The same of tokens that go out by SMS, which cost money. With their life of half an hour, an hour brings seven at the most (0, 1, 3, 7,
 * 15, 30 and 45 minutes), and each one after it four: fewer than a number gets (shared/sms/sms-budget-policy.ts).
 */
export const FIRST_SMS_SPACING_SECONDS = 60;

/** A token that lives, and the mails that brought it. Times are seconds since the Unix epoch. */
export interface MailedToken {
  beganAtEpochSeconds: number;
  expiresAtEpochSeconds: number;
  /** When a mail with it was handed to SES last; `null` where none was. */
  handedAtEpochSeconds: number | null;
  /** How long no mail follows that one. */
  spacingSeconds: number;
}

/**
 * What a request brings: a new token, the one that lives once more, or nothing, because its mail was handed to SES a moment ago.
 */
export type TokenStep = 'begin' | 'repeat' | 'spaced';

const halfLifeSeconds = ({ beganAtEpochSeconds, expiresAtEpochSeconds }: MailedToken): number =>
  Math.floor((expiresAtEpochSeconds - beganAtEpochSeconds) / 2);

/**
 * Decides what a request brings. Who gets nothing holds a token that lives for another half of its life: at half of it the spacing
 * ends, however long it has grown, and a second token begins.
 *
 * @param token `null` where none lives
 */
export const tokenStep = (
  token: MailedToken | null,
  nowSeconds: number,
  firstSpacingSeconds = FIRST_SPACING_SECONDS,
): TokenStep => {
  if (!token || token.expiresAtEpochSeconds <= nowSeconds) return 'begin';
  const { handedAtEpochSeconds: handedAt, spacingSeconds } = token;
  const halfAt = token.beganAtEpochSeconds + halfLifeSeconds(token);
  if (handedAt !== null) {
    // A mail of just before half of the life is followed no sooner than any other.
    const nextAt = Math.max(handedAt + firstSpacingSeconds, Math.min(handedAt + spacingSeconds, halfAt));
    if (nowSeconds < nextAt) return 'spaced';
  }
  return nowSeconds < halfAt ? 'repeat' : 'begin';
};

/**
 * How long no mail follows the next one, at most half of a token's life.
 *
 * @param seconds after the mail before; `null` where there was none
 */
export const nextSpacingSeconds = (
  seconds: number | null,
  lifeSeconds: number,
  firstSpacingSeconds = FIRST_SPACING_SECONDS,
): number => Math.min(seconds === null ? firstSpacingSeconds : 2 * seconds, Math.floor(lifeSeconds / 2));
