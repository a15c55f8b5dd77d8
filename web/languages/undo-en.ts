import type { TextContext, UndoTexts } from './texts.ts';

/** The page that undoes a change, in English. */
export const undoEn = ({ productName }: TextContext): UndoTexts => ({
  heading: 'This was not you? Undo it',
  lead: `Your ${productName} account gets back the e-mail address, phone numbers and second factors that it had before the change in our message, every device is signed out, and we send you an e-mail with which you choose a new password.`,
  tokenLabel: 'Undo token',
  tokenHint:
    'Copy it from the message that told you of the change: 26 letters and digits in groups. Capital letters, spaces and hyphens do not matter.',
  tokenFilled: 'Taken from the link in our message.',
  codeLabel: 'Code (only if you had two-step sign-in before the change)',
  codeHint:
    'From the authenticator app that you had then, or one of your recovery codes. If you had codes by text message: open this page from our e-mail and paste the link from our text message here, or the other way round.',
  submit: 'Undo the change',
  notices: {
    done: {
      title: 'The change is undone',
      text: 'Your account is what it was before, and every device was signed out. Now open the e-mail that we have sent to your address of before, and choose a new password. For 24 hours nobody can change your address, number or second factors.',
    },
    'invalid-token': {
      title: 'This token does not work, or not any more',
      text: 'It may be mistyped, used or older than seven days, or a change before it was undone, which undid this one too. Compare it with our message, and look for another message from us.',
    },
    'invalid-code': {
      title: 'This code is not right, or not any more',
      text: 'Nothing was changed. The code must be of the app, or one of the recovery codes, that you had before the change. Wait for the next code of the app, or try another recovery code.',
    },
    'invalid-request': {
      title: 'A code is missing',
      text: 'Nothing was changed. Your account had two-step sign-in before the change, so the token alone is not enough: please enter a code as well.',
    },
    'body-too-large': {
      title: 'That was too much text',
      text: 'Please enter the token and the code and nothing else.',
    },
    unknown: {
      title: 'That did not work',
      text: 'Please try again. The token is good for seven days after our message.',
    },
    'no-answer': {
      title: 'No answer from the server',
      text: 'Please check your internet connection, then try again. If the token no longer works by then, the first try did work after all: look for our e-mail.',
    },
  },
});
