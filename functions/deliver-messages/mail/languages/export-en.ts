import type { ExportTexts } from '../export-texts.ts';

export const exportEn: ExportTexts = {
  ready: {
    subject: ({ product }) => `Your data from ${product}`,
    preheader: ({ duration }) => `Save it within ${duration}. The link works once.`,
    heading: 'Your data is ready',
    intro: ({ product }) =>
      `Somebody who was signed in, most probably you, asked for everything that ${product} holds about your account. It is too much for the app, so you can save it here as a file.`,
    button: 'Save my data',
    tokenLabel: 'Or enter this token on that page:',
    validity: ({ duration }) => `The link and the token work once, within ${duration} of this message being sent.`,
    secrecy: ({ product }) =>
      `Keep this message to yourself: whoever has the link can read your data. Nobody from ${product} will ever ask you for it.`,
    ifNotYou:
      "If it wasn't you, don't open the link, and ask for a password reset in the app: that makes the link stop working and shuts everybody else out of your account.",
  },
  exported: {
    subject: ({ product }) => `Your data was requested from ${product}`,
    heading: 'Your data was requested',
    happened: ({ product, date, time }) =>
      `Somebody who was signed in asked for a copy of everything that ${product} holds about your account on ${date} at ${time} (UTC). Passwords and other secrets are not in it.`,
  },
};
