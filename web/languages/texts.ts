import type { PasswordRefusal } from '../../shared/account/password-policy.ts';
import type { Failure, Outcome } from '../outcome.ts';

/** Values that the texts mention. */
export interface TextContext {
  productName: string;
  /** Code points, 8…64. */
  minimumPasswordLength: number;
}

/** The outcome, and what to do next. */
export interface Notice {
  title: string;
  text: string;
}

/** The texts of the field of a token. */
export interface TokenTexts {
  tokenLabel: string;
  tokenHint: string;
  /** Replaces the hint when the link has filled the field. */
  tokenFilled: string;
}

/** The texts of one form that takes a token and a password. */
export interface FormTexts extends TokenTexts {
  heading: string;
  lead: string;
  passwordLabel: string;
  submit: string;
  done: Notice;
  invalidToken: Notice;
}

/** The texts of the page on which owners remove their number. */
export interface RemoveNumberTexts {
  heading: string;
  lead: string;
  /** What to do where the page's script does not run. */
  needsScript: string;
  emailLabel: string;
  passwordLabel: string;
  codeLabel: string;
  codeHint: string;
  /** In its place where a code has gone to the mailbox, because the device is new. */
  mailHint: string;
  sendSms: string;
  sendMail: string;
  /** Button of the first step, and of the last. */
  next: string;
  submit: string;
  notices: Record<
    | 'done'
    | 'code-sent'
    | 'sms-unavailable'
    | 'captcha-required'
    | 'invalid-credentials'
    | 'invalid-code'
    | 'invalid-request'
    | 'not-found'
    | 'unknown'
    | 'no-answer',
    Notice
  >;
}

/** The texts of the page that a sign-in link leads to. */
interface SignInLinkTexts {
  heading: string;
  lead: string;
  /** Where the token stands, when the page does not have it. */
  fromMessage: string;
  tokenLabel: string;
  tokenHint: string;
  copy: string;
  sections: readonly Notice[];
  notices: Record<'copied' | 'not-copied', Notice>;
}

/** The texts of the page on which an address confirms a change. */
export interface ConfirmEmailTexts extends TokenTexts {
  heading: string;
  lead: string;
  submit: string;
  /** Of `done`, without the script it isn't known whether the other address has confirmed. */
  notices: Record<
    | Extract<Outcome, 'done' | 'invalid-token' | 'conflict' | 'body-too-large'>
    | 'done.confirmed'
    | 'done.email-changed'
    | 'no-answer',
    Notice
  >;
}

/** The texts of the page on which an owner proves that mail reaches the address again. */
export interface ProveEmailTexts extends TokenTexts {
  heading: string;
  lead: string;
  submit: string;
  notices: Record<Extract<Outcome, 'done' | 'invalid-token' | 'body-too-large'> | 'no-answer', Notice>;
}

/** The texts of the page for people who got a message that they did not ask for. */
interface NotMeTexts {
  heading: string;
  lead: string;
  /** The advice on a message with a link and a token; the form stands below it. */
  unasked: Notice;
  /** The form; its field has the other texts of the reset's. */
  revoke: { lead: string; submit: string };
  sections: readonly Notice[];
  /** What the general texts say wrongly here, because they speak of a password. */
  notices: Record<Extract<Outcome, 'done' | 'invalid-token' | 'body-too-large' | 'unknown'> | 'no-answer', Notice>;
}

/** The texts of the page that undoes a change. */
export interface UndoTexts extends TokenTexts {
  heading: string;
  /** What the button does, in one sentence. */
  lead: string;
  codeLabel: string;
  codeHint: string;
  submit: string;
  /** What the general texts say wrongly or not at all here. */
  notices: Record<
    | Extract<Outcome, 'done' | 'invalid-token' | 'invalid-code' | 'invalid-request' | 'body-too-large' | 'unknown'>
    | 'no-answer',
    Notice
  >;
}

/** The texts of the page that keeps an account which is to be deleted. */
export interface KeepAccountTexts extends TokenTexts {
  heading: string;
  /** What the button does. */
  lead: string;
  submit: string;
  /** What the general texts say wrongly here, because they speak of a password. */
  notices: Record<Extract<Outcome, 'done' | 'invalid-token' | 'body-too-large' | 'unknown'> | 'no-answer', Notice>;
}

/** The texts of the page that takes a sign-in back. */
export interface NotMySignInTexts extends TokenTexts {
  heading: string;
  /** What the button does. */
  lead: string;
  submit: string;
  /** What the general texts say wrongly here, because they speak of a password that is typed. */
  notices: Record<Extract<Outcome, 'done' | 'invalid-token' | 'body-too-large' | 'unknown'> | 'no-answer', Notice>;
}

/** The texts of the page that saves an export. */
export interface ExportTexts extends TokenTexts {
  heading: string;
  /** What the button does. */
  lead: string;
  submit: string;
  /** What the general texts say wrongly here, because they speak of a password. */
  notices: Record<Extract<Outcome, 'done' | 'invalid-token' | 'body-too-large' | 'unknown'> | 'no-answer', Notice>;
}

/** Every text of the pages in one language. */
export interface Texts {
  /** The language's name in itself. */
  languageName: string;
  languageMenu: string;
  /** Prefix of the title of a page that reports a failure. */
  errorPrefix: string;
  notMeLink: string;
  nameLabel: string;
  passwordHint: string;
  showPassword: string;
  hidePassword: string;
  sending: string;
  /** Of the page at an address where there is none. */
  notFound: { heading: string; lead: string; advice: string };
  reset: FormTexts;
  completeSignUp: FormTexts;
  /** `no-answer` is for the page's script: the server did not answer. */
  failures: Record<Exclude<Failure, 'invalid-token'> | `password-rejected.${PasswordRefusal}` | 'no-answer', Notice>;
  removeNumber: RemoveNumberTexts;
  undo: UndoTexts;
  keepAccount: KeepAccountTexts;
  notMySignIn: NotMySignInTexts;
  export: ExportTexts;
  signInLink: SignInLinkTexts;
  confirmEmail: ConfirmEmailTexts;
  proveEmail: ProveEmailTexts;
  notMe: NotMeTexts;
}
