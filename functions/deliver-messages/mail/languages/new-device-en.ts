import type { SecurityNoticeTexts } from '../message-texts.ts';
import type { NewDeviceTexts } from '../new-device-texts.ts';

/** Texts about sign-ins from new devices, in English. */
export const newDeviceEn: NewDeviceTexts = {
  from: ({ device, network }) => `The device, as it describes itself: ${device}. Its network: ${network}.`,
  fromUnknown: ({ device }) => `The device, as it describes itself: ${device}.`,
  inCountry: ({ country }) => `Going by its network, it is in this country: ${country}.`,
  code: {
    subject: ({ product, clock }) => `Your sign-in code for ${product} (${clock} UTC)`,
    preheader: ({ duration }) => `It works for ${duration}. If this wasn't you, please change your password.`,
    heading: 'Your sign-in code',
    intro: ({ product, date, time }) =>
      `Somebody is signing in to your ${product} account on a new device, with the right password, on ${date} at ${time} (UTC). If it is you, enter this code there.`,
    codeLabel: 'Your code:',
    validity: ({ duration }) =>
      `The code works once, for this sign-in alone, within ${duration} of this message being sent.`,
    secrecy: ({ product }) =>
      `Enter it only where you have just typed your password. Nobody from ${product} will ever ask you for it.`,
    ifNotYou:
      "If it wasn't you, somebody knows your password. They don't get in without this code. Please choose a new password:",
    steps: [
      'Ask for a password reset in the app and choose a new password, one that you use nowhere else.',
      'If you use the old password anywhere else, change it there too.',
    ],
    action: "This wasn't me",
  },
  notice: {
    subject: ({ product }) => `New sign-in to your ${product} account`,
    preheader: "If this wasn't you, please act at once.",
    heading: 'New sign-in on a new device',
    happened: ({ product, date, time }) =>
      `Somebody signed in to your ${product} account on ${date} at ${time} (UTC), on a device that the account did not know.`,
    ifYou: 'If this was you, there is nothing to do.',
    ifNotYou: "If this wasn't you, somebody knows your password. Please act at once:",
    steps: [
      'Ask for a password reset in the app and choose a new password. That shuts everybody else out of your account.',
      "Check your second factors in the app: remove what you didn't set up yourself.",
      "Secure your mailbox: change its password too, and sign out every device there that you don't know.",
    ],
    action: "This wasn't me",
  },
  veto: {
    ifNotYou: "If this wasn't you, somebody knows your password. Please act at once:",
    effect: ({ date, time }) =>
      `The button ends that sign-in, and your password works no more: all devices are signed out, and we send you a message with which you choose a new password. Nothing happens before you confirm it on the page. The link works once, until ${date}, ${time} (UTC). After that, please secure your mailbox: change its password too, and sign out every device there that you don't know.`,
    action: "This wasn't me",
    tokenLabel: 'Or enter this token on that page:',
    secrecy: 'Keep this message to yourself: its link is for you alone.',
  },
};

/** Of the notice that codes by mail are locked. */
export const emailCodeLockedEn: SecurityNoticeTexts['events']['email-code-locked'] = {
  subject: ({ product }) => `Somebody knows your password for ${product}`,
  heading: 'Somebody knows your password',
  preheader: "If this wasn't you, please choose a new password at once.",
  happened: ({ product, date, time }) =>
    `Somebody entered the right password of your ${product} account on a new device, and then wrong codes many times. Codes by mail were therefore locked for a short time on ${date} at ${time} (UTC). You get in with a sign-in link all the same.`,
};
