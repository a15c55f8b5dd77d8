import { escapeHtml } from './escape-html.ts';

/** Markup that is safe to send as it is; only {@link html} and {@link joinHtml} make it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type HtmlValue = string | number | Html | readonly Html[] | null;

/** Markup of several parts in turn. @param separator stands between two of them; nothing unless set */
export const joinHtml = (parts: readonly Html[], separator: '' | '\n' | '<wbr>' = ''): Html =>
  new Html(parts.map(({ text }) => text).join(separator));

const markupOf = (value: HtmlValue): string => {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  return typeof value === 'object' ? joinHtml(value).text : escapeHtml(String(value));
};

/**
 * Template tag of pages and mails: escapes every inserted text, so that none of them can forget to. `null` inserts
 * nothing.
 *
 * @see OWASP Cross Site Scripting Prevention Cheat Sheet, "Output Encoding for HTML Contexts"
 */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  new Html(parts.map((part, index) => part + markupOf(values[index] ?? null)).join(''));
