import type { NoticeTexts, Saying, TokenTexts } from './text-shapes.ts';

/** Texts of a mail that asks one of two addresses to confirm a change. */
interface ConfirmationTexts extends Omit<TokenTexts, 'intro'> {
  /** `address` is the new one; without it where the mail goes there. */
  intro: Saying<'product' | 'address'>;
  /** The link that cancels the change. */
  notMe: string;
}

/** Texts of mails about a change of address. */
export interface EmailChangeTexts {
  /** For the present address. */
  old: ConfirmationTexts;
  /** Likewise, where the owner says that it can't be read any more. */
  unreachable: ConfirmationTexts & { deadline: Saying<'date' | 'time'> };
  /** For the new address. It names nothing that a stranger could have chosen. */
  new: ConfirmationTexts & {
    /** How a change without the old address goes on: with this link once more, or with the owner in the app. */
    later: Saying<'date' | 'time'>;
    laterInApp: Saying<'date' | 'time'>;
  };
  /** For an address that has an account, and that another account wants. */
  inUse: {
    subject: Saying<'product'>;
    preheader: string;
    heading: string;
    intro: Saying<'product'>;
    ifYou: string;
    ifNotYou: string;
  };
  /** For an address that an account had until recently, and that is wanted for another. */
  reserved: {
    subject: Saying<'product'>;
    preheader: string;
    heading: string;
    intro: Saying<'product'>;
    /** From when on it is free. */
    until: Saying<'date' | 'time'>;
    /** For the owner of the account that had it. */
    ifYours: string;
    ifNotYou: string;
  };
  /** For the new address, once it was changed. */
  changed: NoticeTexts;
}
