import type { FormTexts, Texts } from './languages/texts.ts';

/** What differs between the forms. */
export interface TokenForm {
  /** Target of the post, with and without the script. */
  action: string;
  /** Where the script can check a token; `null` where there is no such route. */
  checkAction: string | null;
  passwordField: 'new_password' | 'password';
  asksName: boolean;
  textsOf: (texts: Texts) => FormTexts;
}

/** The pages with a form, by path. */
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
