import { ACR, type Acr } from '../contract/acr-values.ts';
import { FRESH_SECONDS } from '../contract/lifetimes.ts';

/** The access token says who and since when; it is good while its epoch is the account's and its session is not revoked. */
export interface Principal {
  /** UUID v4; the OIDC claim `sub`. */
  accountId: string;
  /** UUID v4; the OIDC claim `sid`. */
  sessionId: string;
  /** The account's epoch when the session began. */
  epoch: number;
  /** When the person last proved who they are; seconds since the Unix epoch (OIDC `auth_time`). */
  authTimeEpochSeconds: number;
  /** How they proved it (OIDC `amr`, RFC 8176). */
  methods: readonly string[];
}

/** Who acts for an account: a session, or a sign-in that waits for its second factor and has no session yet. */
export type Actor = Pick<Principal, 'accountId' | 'epoch'> & Partial<Pick<Principal, 'sessionId'>>;

/** Whether a caller has proven lately who they are. */
export const isFresh = (
  { authTimeEpochSeconds }: Pick<Principal, 'authTimeEpochSeconds'>,
  nowSeconds: number,
): boolean => nowSeconds - authTimeEpochSeconds <= FRESH_SECONDS;

/** Authentication methods, as the claim `amr` names them. @see RFC 8176 §2 */
export const AUTHENTICATION_METHODS = ['pwd', 'otp', 'sms', 'mfa'] as const;

export type AuthenticationMethod = (typeof AUTHENTICATION_METHODS)[number];

/** Of a sign-in that a mailed code or link completed: they prove the mailbox, which is no factor beside the password. @see RFC 8176 §2 */
export const MAILBOX_METHODS: readonly AuthenticationMethod[] = ['pwd', 'otp'];

/** RFC 8176: more than one factor was proven. */
export const MULTI_FACTOR = 'mfa' as const;

/** How strong those are together, as the claim `acr` names it. @see RFC 9068 §2.2.1 */
export const acrOf = (methods: readonly string[]): Acr =>
  methods.includes(MULTI_FACTOR) ? ACR.twoFactors : ACR.oneFactor;

/** The part of an account row that a session check needs. */
export interface SessionBearing {
  epoch: number;
  /** Session id to the second after which no access token of it can be alive. */
  revokedSessions: Readonly<Record<string, number>>;
}

/**
 * Whether a session is still the account's.
 *
 * @param account `null` for an account that is gone
 */
export const isSessionCurrent = (
  account: SessionBearing | null,
  { epoch, sessionId }: Pick<Principal, 'epoch' | 'sessionId'>,
): boolean => account !== null && account.epoch === epoch && account.revokedSessions[sessionId] === undefined;

/** Longer than a function runs: a refresh that won just before its session was revoked signs its token as late as this. */
const LATE_SIGNATURE_SECONDS = 30;

/** The revoked session ids that no living access token can name any more, so a write may drop them. */
export const forgettableRevocations = (account: SessionBearing, nowSeconds: number): string[] =>
  Object.entries(account.revokedSessions)
    .filter(([, untilEpochSeconds]) => untilEpochSeconds + LATE_SIGNATURE_SECONDS < nowSeconds)
    .map(([sessionId]) => sessionId);
