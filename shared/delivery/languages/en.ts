import type { MessageTexts } from '../message-texts.ts';

/** What messages say in English. */
export const en: MessageTexts = {
  locale: 'en-GB',
  footer: ({ product }) =>
    `This message was sent automatically by ${product} because it is about your account or address.`,
  recovery: {
    subject: ({ product }) => `Reset your password for ${product}`,
    preheader: ({ duration }) => `The link works for ${duration}. If this wasn't you, your password stays as it is.`,
    heading: 'Reset your password',
    intro: ({ product }) =>
      `Somebody asked to reset the password of the ${product} account that belongs to this address. If that was you, you can choose a new password here.`,
    button: 'Choose a new password',
    tokenLabel: 'Or enter this recovery token in the app:',
    validity: ({ duration }) =>
      `The link and the token work once, within ${duration} of this message being sent. If you asked more than once, only the newest message works.`,
    secrecy: ({ product }) => `Keep this message to yourself. Nobody from ${product} will ever ask you for the token.`,
    ifNotYou:
      "If it wasn't you, your password is still the same, and without this message nobody can change it this way.",
    notMe: "This wasn't me",
  },
  signUp: {
    subject: ({ product }) => `Complete your sign-up for ${product}`,
    preheader: ({ duration }) => `Confirm your address within ${duration} and choose a password.`,
    heading: 'Confirm your address',
    intro: ({ product }) =>
      `Thank you for signing up for ${product}. Confirm that this address is yours and choose a password to open your account.`,
    button: 'Complete sign-up',
    tokenLabel: 'Or enter this sign-up token in the app:',
    validity: ({ duration }) => `The link and the token work once, within ${duration} of this message being sent.`,
    secrecy: ({ product }) => `Keep this message to yourself. Nobody from ${product} will ever ask you for the token.`,
    ifNotYou: "If you didn't ask for an account, ignore this message: without your confirmation none is opened.",
  },
  alreadyRegistered: {
    subject: ({ product }) => `You already have an account with ${product}`,
    preheader: 'You can simply sign in. No second account was opened.',
    heading: 'You already have an account',
    intro: ({ product }) =>
      `Somebody, probably you, tried to sign up for ${product} with this address. There already is an account for it, so no second one was opened.`,
    signIn: 'You can simply sign in with this address and your password.',
    forgotten:
      'If you have forgotten the password, ask for a reset in the app. We then send you a message with which you can choose a new one.',
    ifNotYou:
      "If it wasn't you, there is nothing to do: your account is unchanged, and nobody was told that it exists.",
  },
  passwordChanged: {
    subject: ({ product }) => `Your password for ${product} was changed`,
    preheader: "All devices were signed out. If this wasn't you, please act at once.",
    heading: 'Your password was changed',
    changed: ({ product, date, time }) =>
      `The password of your ${product} account was changed on ${date} at ${time} (UTC). All devices were signed out.`,
    ifYou: 'If this was you, sign in again with your new password. There is nothing else to do.',
    ifNotYou: "If this wasn't you, somebody may have access to your mailbox. Please act at once:",
    steps: [
      'Ask for a password reset in the app and choose a new password. That shuts everybody else out of your account.',
      "Secure your mailbox: change its password too, and sign out every device there that you don't know.",
    ],
    notMe: "This wasn't me",
  },
};
