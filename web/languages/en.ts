import { confirmEmailEn } from './confirm-email-en.ts';
import { exportEn } from './export-en.ts';
import { keepAccountEn } from './keep-account-en.ts';
import { notMySignInEn } from './not-my-sign-in-en.ts';
import { proveEmailEn } from './prove-email-en.ts';
import { removeNumberEn } from './remove-number-en.ts';
import type { TextContext, Texts } from './texts.ts';
import { undoEn } from './undo-en.ts';

/** The pages in English. */
export const en = (context: TextContext): Texts => {
  const { productName, minimumPasswordLength } = context;
  return {
    languageName: 'English',
    languageMenu: 'Language',
    errorPrefix: 'Error',
    notMeLink: 'You did not ask for this?',
    nameLabel: 'Your name (optional)',
    passwordHint: `At least ${minimumPasswordLength} characters. A few unrelated words are easy to remember and hard to guess.`,
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    sending: 'Sending…',

    notFound: {
      heading: 'There is no page here',
      lead: `People use ${productName} in its app. Here are only the pages that the links in our messages lead to.`,
      advice:
        'If you followed a link, open it again from the message, and make sure that it is whole. If you typed it, compare it letter by letter. Your account is not affected.',
    },

    reset: {
      heading: 'Choose a new password',
      lead: `Set a new password for your ${productName} account. After that, sign in with it in the app.`,
      tokenLabel: 'Recovery token',
      tokenHint:
        'Copy it from the message that we sent you: 26 letters and digits in groups. Capital letters, spaces and hyphens do not matter.',
      tokenFilled: 'Taken from the link in our message.',
      passwordLabel: 'New password',
      submit: 'Save new password',
      done: {
        title: 'All done',
        text: 'Your new password is in place. For your safety, you have been signed out on all devices. Go back to the app and sign in with the new password. If you use a second factor, you still need it there.',
      },
      invalidToken: {
        title: 'This token is not valid, or not any more',
        text: 'It may be mistyped, used or too old. Compare it with our latest message. Or go back to the app and choose “Forgot password”: we will send you a new one.',
      },
    },

    completeSignUp: {
      heading: 'Finish your sign-up',
      lead: `Choose a password, and your ${productName} account is ready.`,
      tokenLabel: 'Sign-up token',
      tokenHint:
        'Copy it from the e-mail that we sent you: 26 letters and digits in groups. Capital letters, spaces and hyphens do not matter.',
      tokenFilled: 'Taken from the link in our e-mail.',
      passwordLabel: 'Password',
      submit: 'Create account',
      done: {
        title: 'Your account is ready',
        text: 'Welcome! You can close this page, go back to the app and sign in with your e-mail address and the password that you just chose.',
      },
      invalidToken: {
        title: 'This token is not valid, or not any more',
        text: 'It may be mistyped, used or too old. Compare it with our latest e-mail. Or go back to the app and sign up again with the same address: we will send you a new one.',
      },
    },

    failures: {
      'invalid-request': {
        title: 'Something is missing or was not understood',
        text: 'Please check every field, then try again.',
      },
      conflict: {
        title: 'That could not be done',
        text: 'Something was changed in the meantime. Go back to the app and see how things are there now.',
      },
      'password-rejected': {
        title: 'This password cannot be used',
        text: 'Please choose another one. Your token is still good.',
      },
      'password-rejected.too-short': {
        title: 'This password is too short',
        text: `Please use at least ${minimumPasswordLength} characters. A few unrelated words work well.`,
      },
      'password-rejected.too-long': {
        title: 'This password is too long',
        text: 'Please use 128 characters at most.',
      },
      'password-rejected.breached': {
        title: 'Attackers know this password',
        text: 'It is on a list of common or leaked passwords. Please choose one that you use nowhere else: a few unrelated words, or one that your password manager makes for you.',
      },
      'password-rejected.contains-personal-data': {
        title: 'This password is too easy to guess',
        text: `Too little is left of it without your name, your e-mail address and its parts, your phone number and the name “${productName}”. Please add a few unrelated words.`,
      },
      'password-rejected.invalid-characters': {
        title: 'This password has a character that does not work',
        text: 'Please choose one with the letters, digits and signs of your keyboard.',
      },
      'invalid-code': { title: 'This code is not right, or not any more', text: 'Please try another one.' },
      'body-too-large': {
        title: 'That was too much text',
        text: 'Please use a shorter password; 128 characters are the most. Check the other fields as well.',
      },
      'too-many-requests': {
        title: 'Too many tries',
        text: 'For everyone’s safety there is a pause now. Nothing has been changed. Please wait a few minutes, then try again.',
      },
      internal: {
        title: 'Something went wrong on our side',
        text: 'Nothing has been changed. Please try again in a few minutes.',
      },
      unavailable: {
        title: 'We cannot answer just now',
        text: 'Please try again in a moment.',
      },
      unknown: {
        title: 'That did not work',
        text: 'Please try again. If it keeps failing, go back to the app and ask for a new message.',
      },
      'no-answer': {
        title: 'No answer from the server',
        text: 'Please check your internet connection, then try again. If the token is no longer valid by then, the first try did work after all: sign in with the password that you just chose.',
      },
    },

    removeNumber: removeNumberEn(context),
    undo: undoEn(context),
    keepAccount: keepAccountEn(context),
    notMySignIn: notMySignInEn(context),
    export: exportEn(context),

    signInLink: {
      heading: 'Sign in with this token',
      lead: `It gets you past the wait after too many tries with your address. It signs nobody in by itself: in the app you still need your ${productName} password, and your second factor if you use one.`,
      fromMessage:
        'Copy the token from the e-mail that we sent you: 26 letters and digits in groups, below the button with the link.',
      tokenLabel: 'Sign-in token',
      tokenHint: 'Taken from the link in our e-mail. It works once.',
      copy: 'Copy the token',
      sections: [
        {
          title: 'Then go back to the app',
          text: 'Sign in there with your e-mail address, your password and this token.',
        },
        {
          title: 'The app is on another device?',
          text: 'Type the token in there. Capital letters, spaces and hyphens do not matter.',
        },
        {
          title: 'The app does not take it?',
          text: 'It may be mistyped, used or too old. Compare it with our latest e-mail, or ask for a new link in the app.',
        },
      ],
      notices: {
        copied: { title: 'Copied', text: 'Now go back to the app and paste it in there.' },
        'not-copied': {
          title: 'Your browser does not let us copy it',
          text: 'The token is selected: copy it yourself, or type it in.',
        },
      },
    },

    confirmEmail: confirmEmailEn(productName),
    proveEmail: proveEmailEn(productName),

    notMe: {
      heading: 'That was not you?',
      lead: 'What to do now depends on what our message says.',
      unasked: {
        title: 'The message has a link and a token that you did not ask for',
        text: `Then somebody entered your address, most likely by mistake, and you need not do anything. Nothing has changed: your ${productName} account and your password are as they were, and no new account was opened. The link ends by itself.`,
      },
      revoke: {
        lead: 'If the message was about a new password, a sign-in, another e-mail address or a reset of your second factors, you can also end it here: its link and token stop working at once, and so do those of any other such message to you. A change of your e-mail address is cancelled, and a reset of your second factors is stopped.',
        submit: 'Make the link stop working',
      },
      sections: [
        {
          title: 'The message says that your e-mail address is to be changed',
          text: 'Then somebody is signed in to your account. First cancel the change with the form above. Then open the app, choose “Forgot password” and set a new password: that signs out every device.',
        },
        {
          title: 'The message says that your second factors are to be reset',
          text: 'Then somebody has asked our support for it. First stop it with the form above. Then set a new password in the app, secure your mailbox, and tell our support.',
        },
        {
          title: 'The message says that your password was changed',
          text: 'Then please act at once: undo it with the link in that message. If it has none, or no longer works, open the app, choose “Forgot password” and set a new password: that signs out every device. After that, secure your mailbox.',
        },
        {
          title: 'Keep our messages to yourself',
          text: 'Only who has the message can use what is in it. Do not forward it, and do not tell anybody the token in it, not even somebody who claims to work for us. None of us will ever ask you for it.',
        },
        {
          title: 'Make sure that your mailbox is yours alone',
          text: 'Whoever reads your e-mail can read our messages too. Give your mailbox a password that you use nowhere else, switch on two-step sign-in, and look for devices and forwarding rules that you do not know.',
        },
      ],
      notices: {
        done: {
          title: 'The link no longer works',
          text: 'That message is of no use to anybody any more, nor is an earlier one of its kind. Your password is as it was, and you are signed in wherever you were. If you need such a message yourself, ask for it in the app: we will send you a new one.',
        },
        'invalid-token': {
          title: 'This token does not work, or not any more',
          text: 'Nobody can do anything with it. If you typed it in, compare it with our message. If another message says that your password was changed, and that was not you, act at once: what to do stands below.',
        },
        'body-too-large': {
          title: 'That was too much text',
          text: 'Please enter the token and nothing else.',
        },
        unknown: {
          title: 'That did not work',
          text: 'Please try again. If it keeps failing, leave it: the link ends by itself within the time that the message names.',
        },
        'no-answer': {
          title: 'No answer from the server',
          text: 'Please check your internet connection, then try again. If the token no longer works by then, the first try did work after all.',
        },
      },
    },
  };
};
