import * as z from 'zod/mini';
import { EMAIL_SIDES } from '../contract/email-sides.ts';
import { DEVICE_PROGRAMS, DEVICE_SYSTEMS } from '../primitives/device-words.ts';
import { SECURITY_NOTICE_EVENTS } from './security-notice-event.ts';

/** What an owner is told of by mail when an operator has done it (docs/adr/0067). */
export const TOLD_OPERATOR_ACTS = [
  'account-suspended',
  'suspension-lifted',
  'sessions-ended',
  'password-voided',
  'factor-reset',
  'deletion-cancelled',
] as const;

export type ToldOperatorAct = (typeof TOLD_OPERATOR_ACTS)[number];

/** What asked for it, in words of closed lists; absent where release 0.1.0 wrote the row. */
const deviceShape = z.optional(
  z.object({ program: z.nullable(z.enum(DEVICE_PROGRAMS)), system: z.nullable(z.enum(DEVICE_SYSTEMS)) }),
);

/** The network that it came from, as `shownNetwork` gives it. */
const networkShape = z.nullable(z.string());

/** The change that it tells of, where an undo can take it back: it goes to the address of before, with the link. */
const changeShape = z.optional(z.object({ number: z.int(), id: z.string() }));

/** Of that network, ISO 3166-1 alpha-2; absent where no edge told it. */
const countryShape = z.optional(z.string());

/** The sign-in, and what the token is derived from that takes it back; absent where a release without such tokens wrote the row. */
const signInShape = z.optional(z.object({ sessionId: z.string(), epoch: z.int(), salt: z.string() }));

/** Mails that did not reach an owner, and of which an SMS tells: one to recover the account, and a notice. */
const LOST_MAILS = ['recovery-lost', 'notice-lost'] as const;

export type LostMail = (typeof LOST_MAILS)[number];

export const isOfLostMail = (about: string): about is LostMail => LOST_MAILS.some((one) => one === about);

/** The shape of an intent in its row. */
export const intentSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('recovery'),
    email: z.string(),
    locales: z.array(z.string()),
    device: deviceShape,
  }),
  z.object({
    kind: z.literal('sign-in-link'),
    email: z.string(),
    locales: z.array(z.string()),
    device: deviceShape,
  }),
  /** The code of a sign-in from a device that its account doesn't know. */
  z.object({
    kind: z.literal('sign-in-code'),
    verificationId: z.string(),
    locales: z.array(z.string()),
    device: deviceShape,
    network: networkShape,
    country: countryShape,
  }),
  /** Tells the owner of a sign-in that was complete on such a device. */
  z.object({
    kind: z.literal('new-device'),
    accountId: z.string(),
    device: deviceShape,
    network: networkShape,
    country: countryShape,
    signIn: signInShape,
  }),
  z.object({
    kind: z.literal('sign-up'),
    email: z.string(),
    locale: z.nullable(z.string()),
    locales: z.array(z.string()),
  }),
  z.object({ kind: z.literal('password-changed'), accountId: z.string(), change: changeShape }),
  z.object({
    kind: z.literal('recovery-sms'),
    phoneNumber: z.string(),
    country: z.string(),
    locales: z.array(z.string()),
    device: deviceShape,
  }),
  /** To the address of an account that is being recovered by phone, with a link that ends that. */
  z.object({
    kind: z.literal('recovery-by-phone'),
    accountId: z.string(),
    locales: z.array(z.string()),
    device: deviceShape,
  }),
  z.object({
    kind: z.literal('sms-code'),
    verificationId: z.string(),
    /** The number that the caller named; `null` where it named none. */
    phoneNumber: z.nullable(z.string()),
    locales: z.array(z.string()),
  }),
  /** To the number that an account had before the change, or has again after an undo; or has still, as its deletion was cancelled. */
  z.object({
    kind: z.literal('sms-notice'),
    accountId: z.string(),
    about: z.enum(['change', 'undo', 'kept', ...LOST_MAILS]),
    /** Which of the numbers; absent for that of the profile. */
    to: z.optional(z.literal('recovery-phone')),
    change: changeShape,
  }),
  z.object({
    kind: z.literal('security-notice'),
    accountId: z.string(),
    event: z.enum(SECURITY_NOTICE_EVENTS),
    change: changeShape,
    recoveryCodesLeft: z.optional(z.int()),
    /** Of an app whose codes are refused until then. */
    acceptedAgainAtEpochSeconds: z.optional(z.int()),
  }),
  /** For one of the two addresses of a pending change, with the token that confirms it. */
  z.object({ kind: z.literal('email-change'), accountId: z.string(), changeId: z.string(), side: z.enum(EMAIL_SIDES) }),
  /** To the number of an account whose address may change without the old one, with a token that cancels that. */
  z.object({ kind: z.literal('email-change-sms'), accountId: z.string(), changeId: z.string() }),
  /** For the new address of an account; the notice with the link that undoes the change goes to the one of before. */
  z.object({ kind: z.literal('email-changed'), accountId: z.string(), email: z.string() }),
  /** For the owner whose change was undone: tells of it, with a token to set a new password. */
  z.object({ kind: z.literal('change-undone'), accountId: z.string() }),
  /** For an owner whose address mail does not reach: a token that proves that it does again. */
  z.object({ kind: z.literal('email-proof'), accountId: z.string() }),
  /** For the owner of an account that an operator has done something with. */
  z.object({ kind: z.literal('operator-notice'), accountId: z.string(), act: z.enum(TOLD_OPERATOR_ACTS) }),
  /** For the owner of an account whose second factors an operator is to reset, with a token that stops it. */
  z.object({ kind: z.literal('factor-reset'), accountId: z.string(), resetId: z.string() }),
  /** The same for the number, and once more when it was done: then to the number of before. */
  z.object({
    kind: z.literal('factor-reset-sms'),
    accountId: z.string(),
    about: z.enum(['asked', 'done']),
    resetId: z.string(),
    phoneNumber: z.string(),
    country: z.string(),
  }),
  /** For the owner whose account is to be deleted: tells of it, with a token that cancels it. */
  z.object({ kind: z.literal('deletion-requested'), accountId: z.string(), deletionId: z.string() }),
  /** The same to the account's number. */
  z.object({ kind: z.literal('deletion-sms'), accountId: z.string(), deletionId: z.string() }),
  /** For the owner whose export is too large for an answer: a link to it. */
  z.object({ kind: z.literal('export-ready'), accountId: z.string(), exportId: z.string() }),
  /** For an account that has a number which another account has proven. */
  z.object({
    kind: z.literal('phone-proven-elsewhere'),
    accountId: z.string(),
    /** E.164; nothing is sent to an account that has another by now. */
    phoneNumber: z.string(),
  }),
]);

/** What is to be sent. It holds no secret and no text: both are made when it is delivered. */
export type Intent = z.infer<typeof intentSchema>;

const SMS_KINDS = [
  'sms-code',
  'recovery-sms',
  'sms-notice',
  'email-change-sms',
  'factor-reset-sms',
  'deletion-sms',
] as const satisfies readonly Intent['kind'][];

/** Those that go out by SMS. */
export type SmsIntent = Extract<Intent, { kind: (typeof SMS_KINDS)[number] }>;

/** Those that go out by mail. */
export type MailIntent = Exclude<Intent, SmsIntent>;

export const isSmsIntent = (intent: Intent): intent is SmsIntent => SMS_KINDS.some((kind) => kind === intent.kind);

/** Whether a message is of use only as long as its code lives. */
export const isCodeIntent = ({ kind }: Intent): boolean =>
  kind === 'sms-code' || kind === 'recovery-sms' || kind === 'sign-in-code';
