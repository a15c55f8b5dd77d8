import type { SecurityNoticeEvent } from '../../../shared/outbox/security-notice-event.ts';
import type { DeletionTexts } from './deletion-texts.ts';
import type { EmailChangeTexts } from './email-change-texts.ts';
import type { NewDeviceTexts } from './new-device-texts.ts';
import type { OperatorTexts } from './operator-texts.ts';
import type { NoticeTexts, RemedyTexts, Saying, TokenTexts } from './text-shapes.ts';

/**
 * Texts of a message with a token that strangers can ask for, and so several times. The subject says when, because mail programs show
 * mails with one subject as one conversation, of which the newest hides the others.
 */
interface RequestedTexts extends Omit<TokenTexts, 'subject'> {
  subject: Saying<'product' | 'clock'>;
  /** When it was asked for, and by what. */
  asked: Saying<'date' | 'time' | 'device'>;
  notMe: string;
}

/** What a device says that it is. Programs and systems have names of their own, but for these. */
export interface DeviceTexts {
  programOn: Saying<'program' | 'system'>;
  app: string;
  mac: string;
  unknown: string;
}

/** Texts of notices about second factors: those of each event, and common ones. */
export interface SecurityNoticeTexts {
  common: Omit<NoticeTexts, 'subject' | 'heading' | 'happened'>;
  events: Readonly<
    Record<
      SecurityNoticeEvent,
      Pick<NoticeTexts, 'subject' | 'heading' | 'happened'> & Partial<Pick<NoticeTexts, 'preheader' | 'ifYou'>>
    >
  >;
  /** Number of recovery codes left; `other` from two on. */
  codesLeft: { none: string; one: string; other: Saying<'count'> };
  /** When an app's codes are accepted again. */
  acceptedAgain: Saying<'date' | 'time'>;
  /** Replaces `ifYou` when few recovery codes are left. */
  ifYouAndFewLeft: string;
}

/**
 * All texts of messages in one language; a missing text does not compile.
 *
 * `product` is the product's name, `duration` a duration such as "30 minutes", `date`, `time` and `clock`, a time with seconds, are in
 * UTC, `count` is a number, each formatted for the language; `device`, `program` and `system` are of closed lists, and `address` is an account's new one.
 */
export interface MessageTexts {
  /** BCP 47 tag for numbers and dates. */
  locale: string;
  footer: Saying<'product'>;
  /** A password reset was requested. */
  recovery: RequestedTexts;
  /** A sign-in link was requested. */
  signInLink: RequestedTexts;
  device: DeviceTexts;
  /** A sign-in came from a device that the account doesn't know. */
  newDevice: NewDeviceTexts;
  /** A sign-up was requested. */
  signUp: TokenTexts;
  /** A sign-up was requested for an address with an account. */
  alreadyRegistered: {
    subject: Saying<'product'>;
    preheader: string;
    heading: string;
    intro: Saying<'product'>;
    signIn: string;
    forgotten: string;
    ifNotYou: string;
  };
  passwordChanged: NoticeTexts;
  /** The address is to be changed, or was. */
  emailChange: EmailChangeTexts;
  /** Mail did not reach the address, and its owner asks to prove that it does again. */
  emailProof: TokenTexts;
  /** An operator has done something with the account, or is to. */
  operator: OperatorTexts;
  /** The second factors were changed or used. */
  securityNotice: SecurityNoticeTexts;
  /** For readers who did not make a change that can be undone. */
  undo: RemedyTexts;
  /** A change was undone; the token sets a new password. */
  changeUndone: TokenTexts & { effects: readonly string[] };
  /** The account is to be deleted. */
  deletion: DeletionTexts;
  /** An export is too large for an answer. */
  exportReady: TokenTexts;
  /** Another account has proven the owner's number; `unverified` is added where the profile shows that. */
  phoneProvenElsewhere: NoticeTexts & { unverified: string };
  /** A recovery by phone was asked for. `number` is what of it may be shown. */
  recoveryByPhone: Pick<RequestedTexts, 'subject' | 'heading' | 'asked' | 'notMe'> & {
    preheader: string;
    happened: Saying<'product' | 'number'>;
    ifYou: string;
    ifNotYou: string;
    secrecy: string;
  };
}
