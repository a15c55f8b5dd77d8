/** What a code is for. */
export type SmsPurpose = 'sign-in' | 'factor' | 'phone';

/**
 * All texts of SMS in one language, in the GSM alphabet: any other character would more than halve the length of a
 * segment. `product` is `null` if it doesn't fit or can't be expressed.
 */
export interface SmsTexts {
  /** The code comes first, because a locked screen may show only the beginning. */
  code: { readonly [purpose in SmsPurpose]: (values: { code: string; product: string | null }) => string };
  /** How long the code still lives, and that it is a secret. Of the two values one is `null`: below a minute seconds are shown. */
  codeLife: (left: { minutes: number | null; seconds: number | null }) => string;
  /** Something that an owner signs in with was changed. */
  changed: (values: { product: string | null }) => string;
  /** Before the link that undoes it, which is on the next line. */
  undoLink: string;
  /** Such a change was undone. */
  undone: (values: { product: string | null }) => string;
  /** The address is to be changed without the old one. */
  emailChange: (values: { product: string | null }) => string;
  /** Before the link that cancels it, which is on the next line. */
  cancelLink: string;
  /** The account is to be deleted. */
  deletion: (values: { product: string | null }) => string;
  /** Before the link that keeps it, which is on the next line. */
  keepLink: string;
  /** The account is not to be deleted any more. */
  kept: (values: { product: string | null }) => string;
  /** In the place of a link. */
  seeMail: string;
}
