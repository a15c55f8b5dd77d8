import type { ExportTexts, TextContext } from './texts.ts';

/** The page that saves an export, in English. */
export const exportEn = ({ productName }: TextContext): ExportTexts => ({
  heading: 'Save your data',
  lead: `With this button your browser saves everything that ${productName} holds about your account, as a file. Keep it where nobody else can read it.`,
  tokenLabel: 'Token from our message',
  tokenHint:
    'Copy it from the message about your data: 26 letters and digits in groups. Capital letters, spaces and hyphens do not matter.',
  tokenFilled: 'Taken from the link in our message.',
  submit: 'Save my data',
  notices: {
    done: {
      title: 'Saved',
      text: 'The file is where your browser puts what it saves. The link works no more.',
    },
    'invalid-token': {
      title: 'This token does not work, or not any more',
      text: 'It may be mistyped, used, or older than 24 hours, or your password was changed since. Compare it with our message, or ask for your data again in the app.',
    },
    'body-too-large': {
      title: 'That was too much text',
      text: 'Please enter the token and nothing else.',
    },
    unknown: {
      title: 'That did not work',
      text: 'Please try again. The token is good for 24 hours after our message.',
    },
    'no-answer': {
      title: 'No answer from the server',
      text: 'Please check your internet connection, then try again.',
    },
  },
});
