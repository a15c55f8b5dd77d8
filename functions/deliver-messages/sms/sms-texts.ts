/** What a code is good for. */
export type SmsPurpose = 'sign-in' | 'factor' | 'phone';

/**
 * Everything that SMS say in one language, in the alphabet of SMS: a character beyond it would more than halve what fits into
 * one. `product` is `null` where there is no room or no way to write it.
 */
export interface SmsTexts {
  /** The code comes first: on a locked screen it may be all that is seen. */
  code: { readonly [purpose in SmsPurpose]: (values: { code: string; product: string | null }) => string };
  codeSecrecy: string;
}
