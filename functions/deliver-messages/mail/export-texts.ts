import type { NoticeTexts, TokenTexts } from './text-shapes.ts';

/** Both mails about an export of what is held about an account, in one language. */
export interface ExportTexts {
  ready: TokenTexts;
  exported: Pick<NoticeTexts, 'subject' | 'heading' | 'happened'>;
}
