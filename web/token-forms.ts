import type { FormTexts, Texts } from './languages/texts.ts';

/** What makes one form differ from the other; everything else they have in common. */
export interface TokenForm {
  /** Where it is posted to, with and without the script. */
  action: string;
  /** Where the script may ask whether a token is good; `null` where there is no such address. */
  checkAction: string | null;
  passwordField: 'new_password' | 'password';
  asksName: boolean;
  textsOf: (texts: Texts) => FormTexts;
}

/** The pages that are a form, by path. */
export const TOKEN_FORMS: ReadonlyMap<string, TokenForm> = new Map([
  [
    '/ui/reset',
    {
      action: '/account/reset-password',
      checkAction: '/reset',
      passwordField: 'new_password',
      asksName: false,
      textsOf: ({ reset }) => reset,
    },
  ],
  [
    '/ui/complete-sign-up',
    {
      action: '/accounts/complete',
      checkAction: null,
      passwordField: 'password',
      asksName: true,
      textsOf: ({ completeSignUp }) => completeSignUp,
    },
  ],
]);
