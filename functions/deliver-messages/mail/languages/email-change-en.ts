import type { EmailChangeTexts } from '../email-change-texts.ts';

const TOKEN_LABEL = 'Or enter this confirmation token in the app:';

const secrecy = ({ product }: { product: string }): string =>
  `Keep this message to yourself. Nobody from ${product} will ever ask you for the token.`;

const validity = ({ duration }: { duration: string }): string =>
  `The link and the token work for ${duration} from this message being sent.`;

const CANCEL = "This wasn't me: keep my address";

export const emailChangeEn: EmailChangeTexts = {
  old: {
    subject: ({ product }) => `Confirm that your e-mail address for ${product} changes`,
    preheader: ({ duration }) => `Nothing changes unless both addresses confirm within ${duration}.`,
    heading: 'Your e-mail address is to be changed',
    intro: ({ product, address }) =>
      `The e-mail address of your ${product} account is to be changed from this one to ${address}. If that was you, confirm it here, and with the message to the new address. It changes once both have confirmed.`,
    button: 'Confirm the change',
    tokenLabel: TOKEN_LABEL,
    validity,
    secrecy,
    ifNotYou:
      "If it wasn't you, don't confirm it: then your address stays. But somebody is signed in to your account, so stop the change at once, then ask for a password reset in the app:",
    notMe: CANCEL,
  },
  unreachable: {
    subject: ({ product }) => `Your e-mail address for ${product} changes unless you stop it`,
    preheader: () => "If this wasn't you, stop it now. You can still read this address.",
    heading: 'Your e-mail address changes unless you stop it',
    intro: ({ product, address }) =>
      `The e-mail address of your ${product} account is to be changed from this one to ${address}. We were told that you can no longer read messages to this address. That is why the change can go on without it, after a wait.`,
    deadline: ({ date, time }) => `From ${date}, ${time} (UTC), it needs no confirmation by this address.`,
    button: 'Confirm the change now',
    tokenLabel: TOKEN_LABEL,
    validity,
    secrecy,
    ifNotYou:
      "If it wasn't you, somebody is signed in to your account. Stop the change at once, then ask for a password reset in the app: that shuts everybody else out.",
    notMe: CANCEL,
  },
  new: {
    subject: ({ product }) => `Confirm this e-mail address for ${product}`,
    preheader: ({ duration }) => `Confirm within ${duration} that this address is yours.`,
    heading: 'Confirm your new e-mail address',
    intro: ({ product }) =>
      `This address is to be the new one of a ${product} account. If that is yours, confirm it here. The present address of the account is asked as well.`,
    later: ({ date, time }) =>
      `We were told that the present address can no longer be read. So confirm this one now, and open the link once more from ${date}, ${time} (UTC): then the address changes.`,
    laterInApp: ({ date, time }) =>
      `We were told that the present address can no longer be read. So confirm this one now, and ask for the change in the app once more from ${date}, ${time} (UTC): then the address changes.`,
    button: 'Confirm this address',
    tokenLabel: TOKEN_LABEL,
    validity,
    secrecy,
    ifNotYou:
      "If you don't know of it, somebody entered your address, most likely by mistake. Without this message nobody can use it. You can also end the matter:",
    notMe: "This wasn't me: don't use my address",
  },
  inUse: {
    subject: ({ product }) => `Your address was entered for another ${product} account`,
    preheader: 'Nothing was changed. This address stays with your account.',
    heading: 'Your address already has an account',
    intro: ({ product }) =>
      `Somebody, perhaps you, wanted to make this the address of another ${product} account. It belongs to your account, so nothing was changed.`,
    ifYou:
      'If it was you: an address can have one account only. Give this account another address first, or choose another one for the other account.',
    ifNotYou:
      "If it wasn't you, there is nothing to do: your account is unchanged, and nobody was told that it exists.",
  },
  reserved: {
    subject: ({ product }) => `This address can't be used for ${product} yet`,
    preheader: 'An account had it until recently, and it is kept for that one for a while.',
    heading: "This address can't be used yet",
    intro: ({ product }) =>
      `Somebody, probably you, wanted to use this address for a ${product} account. Another account had it until recently. It is kept for that account for a while, in case its owner did not want the change.`,
    until: ({ date, time }) => `From ${date}, ${time} (UTC), it is free. Simply ask again then.`,
    ifYours:
      'If that account is yours and you did not give the address up, open the message that told you of the change: its link brings the address back.',
    ifNotYou: "If you didn't ask for anything, there is nothing to do.",
  },
  changed: {
    subject: ({ product }) => `This is now the e-mail address of your ${product} account`,
    preheader: 'Sign in with this address from now on.',
    heading: 'Your e-mail address was changed',
    happened: ({ product, date, time }) =>
      `This is the address of your ${product} account since ${date}, ${time} (UTC). For your safety, devices were signed out.`,
    ifYou: 'If this was you, sign in with this address from now on. There is nothing else to do.',
    ifNotYou: "If this wasn't you, somebody may have access to your mailbox, from which the change was confirmed:",
    steps: ["Secure your mailbox: change its password, and sign out every device there that you don't know."],
    action: "This wasn't me",
  },
};
