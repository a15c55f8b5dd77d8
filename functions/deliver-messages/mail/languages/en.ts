import type { MessageTexts } from '../message-texts.ts';
import { emailChangeEn } from './email-change-en.ts';
import { emailProofEn } from './email-proof-en.ts';
import { leavingEn } from './leaving-en.ts';
import { emailCodeLockedEn, newDeviceEn } from './new-device-en.ts';
import { operatorEn } from './operator-en.ts';
import { phoneNoticesEn, phoneProvenElsewhereEn, recoveryByPhoneEn } from './phone-en.ts';

const NOT_ME = "This wasn't me";

const RESET_PASSWORD =
  'Ask for a password reset in the app and choose a new password. That shuts everybody else out of your account.';

const SECURE_MAILBOX =
  "Secure your mailbox: change its password too, and sign out every device there that you don't know.";

export const en: MessageTexts = {
  locale: 'en-GB',
  footer: ({ product }) =>
    `This message was sent automatically by ${product} because it is about your account or address.`,
  recovery: {
    subject: ({ product, clock }) => `Reset your password for ${product} (${clock} UTC)`,
    preheader: ({ duration }) => `The link works for ${duration}. If this wasn't you, your password stays as it is.`,
    heading: 'Reset your password',
    intro: ({ product }) =>
      `Somebody asked to reset the password of the ${product} account that belongs to this address. If that was you, you can choose a new password here.`,
    asked: ({ date, time, device }) =>
      `It was asked for on ${date} at ${time} (UTC). The device, as it describes itself: ${device}.`,
    button: 'Choose a new password',
    tokenLabel: 'Or enter this recovery token in the app:',
    validity: ({ duration }) =>
      `The link and the token work once, within ${duration} of this message being sent. Asking again doesn't make older messages stop working.`,
    secrecy: ({ product }) => `Keep this message to yourself. Nobody from ${product} will ever ask you for the token.`,
    ifNotYou:
      "If it wasn't you, your password is still the same, and without this message nobody can change it this way. You can also make the link and the token in it stop working:",
    notMe: "This wasn't me: make the link stop working",
  },
  signInLink: {
    subject: ({ product, clock }) => `Your sign-in link for ${product} (${clock} UTC)`,
    preheader: ({ duration }) => `It works for ${duration}, together with your password.`,
    heading: 'Sign in all the same',
    intro: ({ product }) =>
      `Somebody asked for a sign-in link for the ${product} account that belongs to this address. Too many tries with an address begin a wait, and this link gets its owner past it. On a new device it also stands for the code by mail. It signs nobody in by itself: you still need your password, and your second factor if you use one.`,
    asked: ({ date, time, device }) =>
      `It was asked for on ${date} at ${time} (UTC). The device, as it describes itself: ${device}.`,
    button: 'Get past the wait',
    tokenLabel: 'Or enter this sign-in token in the app, with your address and your password:',
    validity: ({ duration }) =>
      `The link and the token work once, within ${duration} of this message being sent. Asking again doesn't make older messages stop working.`,
    secrecy: ({ product }) => `Keep this message to yourself. Nobody from ${product} will ever ask you for the token.`,
    ifNotYou:
      "If it wasn't you, somebody is trying your address. They don't get in without your password, and this message alone helps nobody. You can also make the link and the token in it stop working:",
    notMe: "This wasn't me: make the link stop working",
  },
  device: {
    programOn: ({ program, system }) => `${program} on ${system}`,
    app: 'an app',
    mac: 'Mac or iPad',
    unknown: 'unknown',
  },
  newDevice: newDeviceEn,
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
    happened: ({ product, date, time }) =>
      `The password of your ${product} account was changed on ${date} at ${time} (UTC). All devices were signed out.`,
    ifYou: 'If this was you, sign in again with your new password. There is nothing else to do.',
    ifNotYou: "If this wasn't you, somebody may have access to your mailbox. Please act at once:",
    steps: [RESET_PASSWORD, SECURE_MAILBOX],
    action: NOT_ME,
  },
  emailChange: emailChangeEn,
  emailProof: emailProofEn,
  operator: operatorEn,
  securityNotice: {
    common: {
      preheader: "If this wasn't you, please act at once.",
      ifYou: 'If this was you, there is nothing to do.',
      ifNotYou:
        "If this wasn't you, somebody may know your password or have access to your mailbox. Please act at once:",
      steps: [
        RESET_PASSWORD,
        "Check your second factors in the app: remove what you didn't set up yourself, put back what is missing, and create new recovery codes.",
        SECURE_MAILBOX,
      ],
      action: NOT_ME,
    },
    events: {
      'password-changed': {
        subject: ({ product }) => `Your password for ${product} was changed`,
        heading: 'Your password was changed',
        happened: ({ product, date, time }) =>
          `The password of your ${product} account was changed on ${date} at ${time} (UTC). It was done on a device that was signed in, with the old password. Every other device was signed out.`,
      },
      'authenticator-added': {
        subject: ({ product }) => `An authenticator app was added to your ${product} account`,
        heading: 'An authenticator app was added',
        happened: ({ product, date, time }) =>
          `An authenticator app was added to your ${product} account as a second factor on ${date} at ${time} (UTC).`,
      },
      'authenticator-removed': {
        subject: ({ product }) => `An authenticator app was removed from your ${product} account`,
        heading: 'An authenticator app was removed',
        happened: ({ product, date, time }) =>
          `An authenticator app was removed from your ${product} account on ${date} at ${time} (UTC). Its codes no longer work.`,
      },
      'authenticator-ahead': {
        subject: ({ product }) => `Codes from your authenticator app for ${product} are being refused`,
        preheader: 'Sign in another way, then add the app again.',
        heading: "Your authenticator app doesn't work at the moment",
        happened: ({ product, date, time }) =>
          `A correct code from an authenticator app was refused for your ${product} account on ${date} at ${time} (UTC). The app was set up or last used while our clock was ahead of the right time.`,
        ifYou:
          'If this was you, sign in with a recovery code or a code by text message. Then remove the authenticator app and add it again: after that it works at once.',
      },
      'sms-added': {
        subject: ({ product }) => `Codes by text message were switched on for your ${product} account`,
        heading: 'Codes by text message were switched on',
        happened: ({ product, date, time }) =>
          `Codes by text message were switched on as a second factor for your ${product} account on ${date} at ${time} (UTC).`,
      },
      'sms-removed': {
        subject: ({ product }) => `Codes by text message were switched off for your ${product} account`,
        heading: 'Codes by text message were switched off',
        happened: ({ product, date, time }) =>
          `Codes by text message were switched off for your ${product} account on ${date} at ${time} (UTC). They are no longer a second factor.`,
      },
      ...phoneNoticesEn,
      'email-changed': {
        subject: ({ product }) => `The e-mail address of your ${product} account was changed`,
        heading: 'Your e-mail address was changed',
        happened: ({ product, date, time }) =>
          `The e-mail address of your ${product} account was changed on ${date} at ${time} (UTC). From now on you sign in with the new one, and messages about the account go there. For your safety, devices were signed out.`,
      },
      'email-change-failed': {
        subject: ({ product }) => `The e-mail address of your ${product} account stays as it is`,
        preheader: 'The new one belongs to another account by now.',
        heading: 'Your e-mail address was not changed',
        happened: ({ product, date, time }) =>
          `The e-mail address of your ${product} account was to be changed on ${date} at ${time} (UTC). The new address belongs to another account by now, so this one stays, and you sign in with it as before. In the app you can choose another one.`,
      },
      'recovery-codes-renewed': {
        subject: ({ product }) => `New recovery codes were created for your ${product} account`,
        heading: 'New recovery codes were created',
        happened: ({ product, date, time }) =>
          `New recovery codes were created for your ${product} account on ${date} at ${time} (UTC). Any older ones no longer work.`,
      },
      'recovery-code-used': {
        subject: ({ product }) => `A recovery code was used for your ${product} account`,
        heading: 'A recovery code was used',
        happened: ({ product, date, time }) =>
          `One of the recovery codes of your ${product} account was used on ${date} at ${time} (UTC). It can't be used again.`,
      },
      ...leavingEn.notices,
      'two-factor-locked': {
        subject: ({ product }) => `Too many wrong codes for your ${product} account`,
        heading: 'Too many wrong codes were entered',
        happened: ({ product, date, time }) =>
          `Wrong codes were entered many times for your ${product} account. The second factor that they were meant for was therefore locked for a short time on ${date} at ${time} (UTC). Your other factors still work.`,
      },
      'email-code-locked': emailCodeLockedEn,
    },
    codesLeft: {
      none: 'You have no recovery codes left.',
      one: 'You have 1 recovery code left.',
      other: ({ count }) => `You have ${count} recovery codes left.`,
    },
    acceptedAgain: ({ date, time }) => `Codes from this app will be accepted again from ${date}, ${time} (UTC).`,
    ifYouAndFewLeft: 'If this was you, please create new recovery codes in the app soon. There is nothing else to do.',
  },
  undo: {
    ifNotYou: "If this wasn't you, undo it now:",
    effect: ({ date, time }) =>
      `Your account then gets back the e-mail address, phone numbers and second factors that it had before, whatever was changed since. All devices are signed out, and we send you a message with which you choose a new password. If a second factor was on, you need a code of it. The link works once, until ${date}, ${time} (UTC).`,
    action: 'Undo the change',
    tokenLabel: 'Or enter this token on that page:',
    secrecy: 'Keep this message to yourself: its link is for you alone.',
  },
  changeUndone: {
    subject: ({ product }) => `A change to your ${product} account was undone`,
    preheader: ({ duration }) => `Please choose a new password now. The link works for ${duration}.`,
    heading: 'The change was undone',
    intro: ({ product }) =>
      `Your ${product} account has its e-mail address, phone numbers and second factors of before again, and all devices were signed out.`,
    effects: [
      'For 24 hours nothing of this can be changed, and this is the only message with which a new password can be set.',
      'Please choose a new password now, one that you use nowhere else.',
    ],
    button: 'Choose a new password',
    tokenLabel: 'Or enter this recovery token in the app:',
    validity: ({ duration }) => `The link and the token work once, within ${duration} of this message being sent.`,
    secrecy: ({ product }) => `Keep this message to yourself. Nobody from ${product} will ever ask you for the token.`,
    ifNotYou:
      'If you did not undo anything, somebody else can read your messages. Choose a new password here all the same, and secure your mailbox: change its password too, and sign out devices there that you do not know.',
  },
  ...leavingEn.messages,
  phoneProvenElsewhere: phoneProvenElsewhereEn,
  recoveryByPhone: recoveryByPhoneEn,
};
