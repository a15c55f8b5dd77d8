import { escapeHtml } from '../shared/primitives/escape-html.ts';

/** Markup that is safe to send as it is; only {@link html} makes it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type HtmlValue = string | number | Html | readonly Html[] | null;

const markupOf = (value: HtmlValue): string => {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  return typeof value === 'object' ? value.map(({ text }) => text).join('') : escapeHtml(String(value));
};

/** Template tag that escapes every inserted text, so that a page can't forget to. `null` inserts nothing. */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  new Html(parts.map((part, index) => part + markupOf(values[index] ?? null)).join(''));
