import type { NoticeTexts, RemedyTexts, Saying } from './text-shapes.ts';

/** Texts about sign-ins from devices that an account doesn't know. `network` is an address range, such as 203.0.113.0/24. */
export interface NewDeviceTexts {
  /** Where it came from. */
  from: Saying<'device' | 'network'>;
  /** The same without a network. */
  fromUnknown: Saying<'device'>;
  /** Behind either, where the country is known: it is guessed from the network. */
  inCountry: Saying<'country'>;
  /** The code that completes it. The subject says when, so that mails with different codes are not taken for one. */
  code: {
    subject: Saying<'product' | 'clock'>;
    preheader: Saying<'duration'>;
    heading: string;
    intro: Saying<'product' | 'date' | 'time'>;
    codeLabel: string;
    validity: Saying<'duration'>;
    secrecy: Saying<'product'>;
    ifNotYou: string;
    steps: readonly string[];
    action: string;
  };
  /** It was complete. */
  notice: NoticeTexts;
  /** The link that takes it back. */
  veto: RemedyTexts;
}
