import type { OperatorTexts } from '../operator-texts.ts';

const ASK_US =
  'If you have a question about it, ask our support. Nobody from us will ever ask you for a password or a code.';

export const operatorEn: OperatorTexts = {
  notices: {
    'account-suspended': {
      subject: ({ product }) => `Your ${product} account is suspended`,
      preheader: 'Nobody can sign in until our support lifts that.',
      heading: 'Your account is suspended',
      happened: ({ product, date, time }) =>
        `Our support suspended your ${product} account on ${date} at ${time} (UTC). All devices were signed out.`,
      advice:
        'Until our support lifts that, nobody can sign in, you neither, and no message to set a new password is sent. What is in your account stays as it is.',
      ifNotYou: ASK_US,
    },
    'suspension-lifted': {
      subject: ({ product }) => `You can use your ${product} account again`,
      preheader: 'It is no longer suspended.',
      heading: 'You can use your account again',
      happened: ({ product, date, time }) =>
        `Since ${date}, ${time} (UTC), your ${product} account is no longer suspended.`,
      advice: 'Sign in as ever. If your password no longer works, ask for a password reset in the app.',
      ifNotYou: ASK_US,
    },
    'sessions-ended': {
      subject: ({ product }) => `You were signed out of ${product} everywhere`,
      preheader: 'Our support has signed out all devices.',
      heading: 'You were signed out everywhere',
      happened: ({ product, date, time }) =>
        `Our support signed out all devices of your ${product} account on ${date} at ${time} (UTC).`,
      advice: 'Sign in again with your password. Nothing else was changed.',
      ifNotYou: ASK_US,
    },
    'password-voided': {
      subject: ({ product }) => `Please choose a new password for ${product}`,
      preheader: 'Your old one no longer works.',
      heading: 'Please choose a new password',
      happened: ({ product, date, time }) =>
        `Our support switched off the password of your ${product} account on ${date} at ${time} (UTC). It no longer works, and all devices were signed out.`,
      advice:
        'Another message brings you a link to choose a new one. If it has ended, ask for a password reset in the app.',
      ifNotYou: ASK_US,
    },
    'factor-reset': {
      subject: ({ product }) => `Our support reset second factors of your ${product} account`,
      preheader: 'Please add a second factor again.',
      heading: 'Second factors of your account were reset',
      happened: ({ product, date, time }) =>
        `Our support switched off second factors of your ${product} account on ${date} at ${time} (UTC). All devices were signed out.`,
      advice:
        'Sign in with your password, and set up a second factor again at once: an authenticator app, with new recovery codes.',
      ifNotYou:
        'If you did not want this, choose a new password now with a password reset in the app, secure your mailbox, and tell our support.',
    },
    'deletion-cancelled': {
      subject: ({ product }) => `Your ${product} account will not be deleted`,
      preheader: 'The account stays as it was.',
      heading: 'Your account stays',
      happened: ({ product, date, time }) =>
        `Our support cancelled the deletion of your ${product} account on ${date} at ${time} (UTC).`,
      advice:
        'The account is as it was before. If you still want it to be deleted, delete it in the app or ask our support.',
      ifNotYou: ASK_US,
    },
  },
  factorReset: {
    subject: ({ product }) => `Your second factors for ${product} are reset unless you stop it`,
    preheader: "If this wasn't you, stop it now.",
    heading: 'Your second factors are reset unless you stop it',
    intro: ({ product }) =>
      `Our support was asked to switch off second factors of your ${product} account, because they are said to be lost.`,
    deadline: ({ date, time }) =>
      `That can be done from ${date}, ${time} (UTC), or earlier where a second person of our support agrees.`,
    ifYou: 'If you asked for it, there is nothing to do but wait. If you find what was lost, use it or stop the reset.',
    ifNotYou:
      "If you didn't, somebody else wants to get into your account. Stop it here, then ask for a password reset in the app and tell our support:",
    stop: 'Stop the reset',
    tokenLabel: 'Or enter this token on that page:',
    secrecy: ({ product }) => `Keep this message to yourself. Nobody from ${product} will ever ask you for the token.`,
  },
};
