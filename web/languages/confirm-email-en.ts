import type { ConfirmEmailTexts } from './texts.ts';

/** The page on which an address confirms a change, in English. */
export const confirmEmailEn = (productName: string): ConfirmEmailTexts => ({
  heading: 'Confirm the new e-mail address',
  lead: `A ${productName} account is to have another e-mail address. With the button you say that this is right. The address changes once the old one and the new one have confirmed, each with its own message.`,
  tokenLabel: 'Confirmation token',
  tokenHint:
    'Copy it from the e-mail that we sent you: 26 letters and digits in groups. Capital letters, spaces and hyphens do not matter.',
  tokenFilled: 'Taken from the link in our e-mail.',
  submit: 'Confirm',
  notices: {
    done: {
      title: 'Thank you, that is confirmed',
      text: 'If the other address has confirmed as well, the change is made: sign in to the app with the new address. If not, open our message to the other address too.',
    },
    'done.confirmed': {
      title: 'Thank you, that is confirmed',
      text: 'Now the other address has to confirm too: open the message that we sent there. Until then nothing changes, and you sign in as before. If you can no longer read that one, our message says how it goes on.',
    },
    'done.email-changed': {
      title: 'The e-mail address is changed',
      text: 'For your safety, you have been signed out on all devices. Go back to the app and sign in with the new address and your password.',
    },
    'invalid-token': {
      title: 'This token is not valid, or not any more',
      text: 'It may be mistyped, used or too old, or the change was cancelled. Compare it with our latest e-mail. In the app you see whether a change is still open, and can ask for it again.',
    },
    conflict: {
      title: 'The address was not changed',
      text: 'The new address belongs to another account by now. The old one stays, and you sign in with it as before.',
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
