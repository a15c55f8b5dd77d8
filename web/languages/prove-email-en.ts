import type { ProveEmailTexts } from './texts.ts';

/** The page on which an owner proves that mail reaches the address again, in English. */
export const proveEmailEn = (productName: string): ProveEmailTexts => ({
  heading: 'Do our e-mails reach you again?',
  lead: `With the button you say that you have got our e-mail. Then ${productName} sends all messages about your account to this address again.`,
  tokenLabel: 'Confirmation token',
  tokenHint:
    'Copy it from the e-mail that we sent you: 26 letters and digits in groups. Capital letters, spaces and hyphens do not matter.',
  tokenFilled: 'Taken from the link in our e-mail.',
  submit: 'Confirm',
  notices: {
    done: {
      title: 'Thank you, our e-mails reach you again',
      text: 'From now on all messages about your account go to this address again. There is nothing else to do.',
    },
    'invalid-token': {
      title: 'This token is not valid, or not any more',
      text: 'It may be mistyped, used or too old, or your account has another address by now. Compare it with our latest e-mail, or ask for another one in the app.',
    },
    'body-too-large': {
      title: 'That was too much text',
      text: 'Please enter the token and nothing else.',
    },
    'no-answer': {
      title: 'No answer from the server',
      text: 'Please check your internet connection, then try again. If the token is no longer valid by then, the first try did work after all.',
    },
  },
});
