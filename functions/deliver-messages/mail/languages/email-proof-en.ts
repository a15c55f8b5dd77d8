import type { TokenTexts } from '../text-shapes.ts';

export const emailProofEn: TokenTexts = {
  subject: ({ product }) => `Confirm that our e-mails for ${product} reach you again`,
  preheader: ({ duration }) => `The link works for ${duration}.`,
  heading: 'Do our e-mails reach you again?',
  intro: ({ product }) =>
    `E-mails from ${product} to this address came back, or were reported as spam, so we stopped sending notices here. You asked for this message. Confirm with it that our e-mails reach you again.`,
  button: 'Yes, they reach me',
  tokenLabel: 'Or enter this confirmation token in the app:',
  validity: ({ duration }) => `The link and the token work once, within ${duration} of this message being sent.`,
  secrecy: ({ product }) => `Keep this message to yourself. Nobody from ${product} will ever ask you for the token.`,
  ifNotYou:
    "If you didn't ask for it, somebody who is signed in to your account did. Then ask for a password reset in the app: that signs out every device.",
};
