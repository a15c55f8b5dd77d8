import type { ToldOperatorAct } from '../../../shared/outbox/intent.ts';
import type { Saying } from './text-shapes.ts';

/** Texts of a mail about what an operator has done with an account. */
interface OperatorNoticeTexts {
  subject: Saying<'product'>;
  preheader: string;
  heading: string;
  happened: Saying<'product' | 'date' | 'time'>;
  /** What it means for the owner, and what to do. */
  advice: string;
  /** For who wonders about it. */
  ifNotYou: string;
}

/** Texts of mails about operators. They call the operator "our support", as owners know it. */
export interface OperatorTexts {
  notices: Readonly<Record<ToldOperatorAct, OperatorNoticeTexts>>;
  /** The second factors are to be reset; `date` and `time` are of the end of the wait. */
  factorReset: {
    subject: Saying<'product'>;
    preheader: string;
    heading: string;
    intro: Saying<'product'>;
    deadline: Saying<'date' | 'time'>;
    ifYou: string;
    ifNotYou: string;
    /** The button that stops it. */
    stop: string;
    tokenLabel: string;
    secrecy: Saying<'product'>;
  };
}
