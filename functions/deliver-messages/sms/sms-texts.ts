import type { LostMail } from '../../../shared/outbox/intent.ts';

/** What a code is for. */
export type SmsPurpose = 'sign-in' | 'factor' | 'recovery' | 'phone';

/**
 * All texts of SMS in one language, in the GSM alphabet: any other character would more than halve the length of a
 * segment. `product` is `null` if it doesn't fit or can't be expressed.
 */
export interface SmsTexts {
  /** The code comes first, because a locked screen may show only the beginning. */
  code: { readonly [purpose in SmsPurpose]: (values: { code: string; product: string | null }) => string };
  /** How long the code still lives, and that it is a secret. Of the two values one is `null`: below a minute seconds are shown. */
  codeLife: (left: { minutes: number | null; seconds: number | null }) => string;
  /** Before the token of a recovery, which is in groups of four. */
  recovery: (values: { product: string | null }) => string;
  /** For a reader who has not asked for it. */
  recoveryNotYou: string;
  /** Something that an owner signs in with was changed. */
  changed: (values: { product: string | null }) => string;
  /** Before the link that undoes it, which is on the next line. */
  undoLink: string;
  /** Such a change was undone. */
  undone: (values: { product: string | null }) => string;
  /** The address is to be changed without the old one. */
  emailChange: (values: { product: string | null }) => string;
  /** An operator is to reset the second factors. */
  factorReset: (values: { product: string | null }) => string;
  /** That was done. */
  factorResetDone: (values: { product: string | null }) => string;
  /** Before the link that cancels it, which is on the next line. */
  cancelLink: string;
  /** Mail does not reach the reader: one to recover the account, or a notice. */
  lostMail: { readonly [about in LostMail]: (values: { product: string | null }) => string };
  /** The account is to be deleted. */
  deletion: (values: { product: string | null }) => string;
  /** Before the link that keeps it, which is on the next line. */
  keepLink: string;
  /** The account is not to be deleted any more. */
  kept: (values: { product: string | null }) => string;
  /** In the place of a link. */
  seeMail: string;
}
