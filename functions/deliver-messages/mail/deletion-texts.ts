import type { NoticeTexts, Saying } from './text-shapes.ts';

/** Texts of the mail about an account that is to be deleted. */
export interface DeletionTexts {
  subject: Saying<'product'>;
  preheader: Saying<'date'>;
  heading: string;
  /** By whom it was asked for, and when, and what to do for who did not want it. */
  by: Readonly<Record<'owner' | 'support', { happened: Saying<'product' | 'date' | 'time'>; ifNotYou: string }>>;
  /** When it happens. */
  until: Saying<'date' | 'time'>;
  ifYou: string;
  button: string;
  tokenLabel: string;
  secrecy: Saying<'product'>;
}

/** Both mails about a deletion, in one language. */
export interface AllDeletionTexts {
  requested: DeletionTexts;
  cancelled: Pick<NoticeTexts, 'subject' | 'heading' | 'happened' | 'preheader'>;
}
