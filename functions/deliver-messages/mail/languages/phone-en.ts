import type { MessageTexts } from '../message-texts.ts';

/** Notices about numbers. */
export const phoneNoticesEn = {
  'phone-changed': {
    subject: ({ product }) => `The phone number of your ${product} account was changed`,
    heading: 'Your phone number was changed',
    happened: ({ product, date, time }) =>
      `A phone number was put into the profile of your ${product} account, in the place of the one before if there was one, on ${date} at ${time} (UTC). It is no second factor, and no way to recover the account.`,
  },
  'phone-removed': {
    subject: ({ product }) => `Your phone number was removed from your ${product} account`,
    heading: 'Your phone number was removed',
    happened: ({ product, date, time }) =>
      `The phone number was removed from your ${product} account on ${date} at ${time} (UTC). No text messages for the account are sent to it any more.`,
  },
  'recovery-phone-changed': {
    subject: ({ product }) => `A phone number can now recover your ${product} account`,
    heading: 'A phone number was chosen for recovery',
    happened: ({ product, date, time }) =>
      `A phone number with which the password of your ${product} account can be reset by text message was chosen, in the place of the one before if there was one, on ${date} at ${time} (UTC). Each time that somebody asks for it, you get a message at this address.`,
  },
  'recovery-phone-removed': {
    subject: ({ product }) => `No phone number recovers your ${product} account any more`,
    heading: 'The number for recovery was removed',
    happened: ({ product, date, time }) =>
      `The phone number with which the password of your ${product} account could be reset was removed on ${date} at ${time} (UTC).`,
  },
  'recovery-phone-lost': {
    subject: ({ product }) => `Your phone number no longer recovers your ${product} account`,
    heading: 'Your number for recovery belongs to another account by now',
    preheader: 'Nothing else was changed.',
    happened: ({ product, date, time }) =>
      `Another ${product} account proved that it can read the text messages to the number that you had chosen for recovery, on ${date} at ${time} (UTC). For your safety that number can no longer reset your password. In the app you can choose another one, and a reset by e-mail works as before.`,
  },
} as const satisfies Partial<MessageTexts['securityNotice']['events']>;

export const phoneProvenElsewhereEn: MessageTexts['phoneProvenElsewhere'] = {
  subject: ({ product }) => `Your phone number was used for another ${product} account`,
  preheader: "If you don't know of it, remove the number from your account now.",
  heading: 'Your phone number was used for another account',
  happened: ({ product, date, time }) =>
    `On ${date} at ${time} (UTC) another ${product} account proved that it can read the text messages to your phone number. Nothing else in your account was changed, and your codes still go to this number.`,
  unverified:
    'Your profile no longer shows the number as verified. If it is yours alone, you can prove it again in the app.',
  ifYou: 'If that account is yours, or belongs to somebody with whom you share the phone, there is nothing to do.',
  ifNotYou:
    'If you know nothing of it, somebody else may read the text messages to this number, for instance because it was given to a new owner. Then remove the number from your account:',
  steps: [
    'If you still have the app at hand, add an authenticator app there first, so that your account keeps a second factor.',
    'Open the page below and sign in with your password and a second factor. A recovery code will do if the text messages no longer reach you.',
    'The number is removed at once, and every device is signed out.',
  ],
  action: 'Remove the number',
};

export const recoveryByPhoneEn: MessageTexts['recoveryByPhone'] = {
  subject: ({ product, clock }) => `Somebody is resetting your password for ${product} by text message (${clock} UTC)`,
  preheader: "If this wasn't you, stop it now.",
  heading: 'Your password is being reset by text message',
  happened: ({ product, number }) =>
    `Somebody asked to reset the password of your ${product} account, and a text message with a code for it goes to your number ${number}.`,
  asked: ({ date, time, device }) =>
    `It was asked for on ${date} at ${time} (UTC). The device, as it describes itself: ${device}.`,
  ifYou: 'If this was you, there is nothing to do: enter the code from the text message.',
  ifNotYou:
    "If it wasn't you, stop it now. The code then no longer works, and for 24 hours no other goes to that number. You can still reset your password by e-mail:",
  notMe: "This wasn't me: stop it",
  secrecy: 'Keep this message to yourself: its link is for you alone.',
};
