import type { RemoveNumberTexts, TextContext } from './texts.ts';

/** The page that removes a number, in English. */
export const removeNumberEn = ({ productName }: TextContext): RemoveNumberTexts => ({
  heading: 'Remove your phone number',
  lead: `Sign in here to remove the phone number from your ${productName} account. It gets no more codes then, and every device is signed out. If codes by text message are your only second factor, your account has none after that.`,
  needsScript:
    'This page needs JavaScript, which does not run in your browser. Open the app instead and switch codes by text message off in your security settings.',
  emailLabel: 'E-mail address',
  passwordLabel: 'Password',
  codeLabel: 'Code',
  codeHint: 'From your authenticator app, from a text message, or one of your recovery codes.',
  mailHint: 'From the message that we have just sent to your e-mail address, because you are new on this device.',
  sendSms: 'Send me a code by text message',
  sendMail: 'Send the message again',
  next: 'Continue',
  submit: 'Remove the number',
  notices: {
    done: {
      title: 'The number is removed',
      text: 'Your account no longer has it, and every device was signed out. You can sign in to the app again and set up another second factor there.',
    },
    'code-sent': {
      title: 'A code is on its way',
      text: 'It can take a minute. Type it in below as soon as it is there.',
    },
    'sms-unavailable': {
      title: 'No text message can be sent just now',
      text: 'Please type in a code from your authenticator app or one of your recovery codes. If you have neither, try again in an hour.',
    },
    'captcha-required': {
      title: 'You can not sign in on this page just now',
      text: 'A check against robots is asked for that this page does not have. Please remove the number in the app, or try again here in an hour.',
    },
    'invalid-credentials': {
      title: 'That address or password is not right',
      text: 'Please check both. If you have forgotten the password, reset it in the app first.',
    },
    'invalid-code': {
      title: 'This code is not right, or not any more',
      text: 'Please try another one. After five wrong codes or ten minutes, load this page again and begin anew.',
    },
    'invalid-request': {
      title: 'Something is missing or was not understood',
      text: 'Please check every field, then try again.',
    },
    'not-found': {
      title: 'There is no number to remove',
      text: 'Codes by text message are not switched on for this account.',
    },
    unknown: {
      title: 'That did not work',
      text: 'Please load this page again and begin anew. If it keeps failing, remove the number in the app.',
    },
    'no-answer': {
      title: 'No answer from the server',
      text: 'Please check your internet connection, then load this page again. If there is no number to remove by then, the first try did work after all.',
    },
  },
});
