/** One or two sentences with inserted values, all plain text. */
export type Saying<Value extends string> = (values: { [name in Value]: string }) => string;

/** Texts of a message with a one-time token. */
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

/** Texts for readers who did not cause what a message tells of, with a link that takes it back. `date` and `time` are of its end. */
export interface RemedyTexts {
  ifNotYou: string;
  effect: Saying<'date' | 'time'>;
  action: string;
  tokenLabel: string;
  secrecy: string;
}

/** Texts of a message about a change, and the advice for owners who did not make it. */
export interface NoticeTexts {
  subject: Saying<'product'>;
  preheader: string;
  heading: string;
  happened: Saying<'product' | 'date' | 'time'>;
  ifYou: string;
  ifNotYou: string;
  steps: readonly string[];
  action: string;
}
