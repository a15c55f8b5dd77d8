import type { SecurityNoticeEvent } from '../../../shared/outbox/security-notice-event.ts';

/** A sentence or two with something filled in. The values are plain text and so is what comes out. */
type Saying<Value extends string> = (values: { [name in Value]: string }) => string;

/** What a message says that brings a one-time token. */
export interface TokenTexts {
  subject: Saying<'product'>;
  preheader: Saying<'duration'>;
  heading: string;
  intro: Saying<'product'>;
  button: string;
  tokenLabel: string;
  validity: Saying<'duration'>;
  secrecy: Saying<'product'>;
  ifNotYou: string;
}

/** What a message says that tells of a change to an account, and what to do for whoever didn't want it. */
export interface NoticeTexts {
  subject: Saying<'product'>;
  preheader: string;
  heading: string;
  happened: Saying<'product' | 'date' | 'time'>;
  ifYou: string;
  ifNotYou: string;
  steps: readonly string[];
  notMe: string;
}

/** What notices say about second factors: what is peculiar to each event, and what all of them have in common. */
export interface SecurityNoticeTexts {
  common: Omit<NoticeTexts, 'subject' | 'heading' | 'happened'>;
  events: Readonly<
    Record<
      SecurityNoticeEvent,
      Pick<NoticeTexts, 'subject' | 'heading' | 'happened'> & Partial<Pick<NoticeTexts, 'preheader' | 'ifYou'>>
    >
  >;
  /** How many recovery codes are left; `other` from two on. */
  codesLeft: { none: string; one: string; other: Saying<'count'> };
  /** From when on the codes of an app are accepted again. */
  acceptedAgain: Saying<'date' | 'time'>;
  /** In place of `ifYou` when few recovery codes are left. */
  ifYouAndFewLeft: string;
}

/**
 * Everything that messages say in one language. The type makes sure that no language leaves something out.
 *
 * `product` is what the product calls itself, `duration` a length of time such as "30 minutes", `date` and `time` are in
 * UTC, `count` is a number, each written in the language.
 */
export interface MessageTexts {
  /** The BCP 47 tag that numbers and dates are written by. */
  locale: string;
  footer: Saying<'product'>;
  /** Somebody asked for a new password. */
  recovery: TokenTexts & { notMe: string };
  /** Somebody wants an account. */
  signUp: TokenTexts;
  /** Somebody wants an account for an address that has one. */
  alreadyRegistered: {
    subject: Saying<'product'>;
    preheader: string;
    heading: string;
    intro: Saying<'product'>;
    signIn: string;
    forgotten: string;
    ifNotYou: string;
  };
  /** The password is a new one. */
  passwordChanged: NoticeTexts;
  /** Something about the second factors is different from before. */
  securityNotice: SecurityNoticeTexts;
}
