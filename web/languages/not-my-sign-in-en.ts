import type { NotMySignInTexts, TextContext } from './texts.ts';

/** The page that takes a sign-in back, in English. */
export const notMySignInEn = ({ productName }: TextContext): NotMySignInTexts => ({
  heading: 'This sign-in was not you?',
  lead: `Then somebody knows the password of your ${productName} account. With this button they are out, and the password works no more: all devices are signed out, and we send you a message with which you choose a new one. If it was you, close this page, and nothing changes.`,
  tokenLabel: 'Token from our message',
  tokenHint:
    'Copy it from the message about the new sign-in: 26 letters and digits in groups. Capital letters, spaces and hyphens do not matter.',
  tokenFilled: 'Taken from the link in our message.',
  submit: 'It was not me',
  notices: {
    done: {
      title: 'That sign-in has ended',
      text: 'Now choose a new password, one that you use nowhere else, with the message that we have just sent you. If you have undone a change in the last day, use the message about that instead. Then check your second factors in the app, undo with its link each change that another message tells of, and secure your mailbox.',
    },
    'invalid-token': {
      title: 'This token does not work, or not any more',
      text: 'It may be mistyped, used, or more than seven days old; or that sign-in has ended already, because you chose a new password or signed out every device. Compare it with our message. If you have not changed your password since, ask for a password reset in the app now.',
    },
    'body-too-large': {
      title: 'That was too much text',
      text: 'Please enter the token and nothing else.',
    },
    unknown: {
      title: 'That did not work',
      text: 'Please try again. If it does not help, ask for a password reset in the app: that signs out every device, too.',
    },
    'no-answer': {
      title: 'No answer from the server',
      text: 'Please check your internet connection, then try again. If the token no longer works by then, the first try did work after all: look for our e-mail.',
    },
  },
});
