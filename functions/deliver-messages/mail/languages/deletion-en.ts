import type { AllDeletionTexts } from '../deletion-texts.ts';

export const deletionEn: AllDeletionTexts = {
  requested: {
    subject: ({ product }) => `Your ${product} account is to be deleted`,
    preheader: ({ date }) => `It is kept until ${date}. If this wasn't you, keep it now.`,
    heading: 'Your account is to be deleted',
    by: {
      owner: {
        happened: ({ product, date, time }) =>
          `Somebody who was signed in asked on ${date} at ${time} (UTC) for your ${product} account to be deleted. All devices were signed out.`,
        ifNotYou:
          "If this wasn't you, keep the account now. Then ask for a password reset in the app and choose a new password: that shuts everybody else out. Secure your mailbox as well: change its password, and sign out every device there that you don't know.",
      },
      support: {
        happened: ({ product, date, time }) =>
          `Our support was asked to delete your ${product} account, and began that on ${date} at ${time} (UTC). All devices were signed out.`,
        ifNotYou:
          "If you didn't ask for it, somebody else did in your name. Keep the account now, and tell our support. Then ask for a password reset in the app and choose a new password.",
      },
    },
    until: ({ date, time }) =>
      `On ${date} at ${time} (UTC) the account is erased with everything in it: profile, second factors and history. After that nobody can bring it back, and your address is free for a new account.`,
    ifYou: 'If this was you and you want it, there is nothing to do. If you have changed your mind, keep the account:',
    button: 'Keep the account',
    tokenLabel: 'Or enter this token on that page:',
    secrecy: ({ product }) => `Keep this message to yourself. Nobody from ${product} will ever ask you for the token.`,
  },
  cancelled: {
    subject: ({ product }) => `Your ${product} account will not be deleted`,
    preheader: 'The account stays as it was. You can sign in again.',
    heading: 'Your account stays',
    happened: ({ product, date, time }) =>
      `The deletion of your ${product} account was cancelled with the link of our message about it on ${date} at ${time} (UTC). The account is as it was before, and you can sign in as before.`,
  },
};
