import type { KeepAccountTexts, TextContext } from './texts.ts';

/** The page that keeps an account which is to be deleted, in English. */
export const keepAccountEn = ({ productName }: TextContext): KeepAccountTexts => ({
  heading: 'Keep your account',
  lead: `Your ${productName} account is to be deleted. With this button it stays, as it was before. Nobody is signed in by it.`,
  tokenLabel: 'Token from our message',
  tokenHint:
    'Copy it from the message that your account is to be deleted: 26 letters and digits in groups. Capital letters, spaces and hyphens do not matter.',
  tokenFilled: 'Taken from the link in our message.',
  submit: 'Keep the account',
  notices: {
    done: {
      title: 'Your account stays',
      text: 'Sign in as before. If it was not you who wanted it deleted, somebody else was signed in: ask for a password reset in the app now, and choose a new password.',
    },
    'invalid-token': {
      title: 'This token does not work, or not any more',
      text: 'It may be mistyped or used, which kept the account; or the day that our message names is over, and the account with it. Compare it with our message, and try to sign in.',
    },
    'body-too-large': {
      title: 'That was too much text',
      text: 'Please enter the token and nothing else.',
    },
    unknown: {
      title: 'That did not work',
      text: 'Please try again. The token is good until the day that our message names.',
    },
    'no-answer': {
      title: 'No answer from the server',
      text: 'Please check your internet connection, then try again. If the token no longer works by then, the first try did work after all: look for our e-mail.',
    },
  },
});
