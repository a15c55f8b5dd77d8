import { problem } from '../../shared/contract/problems.ts';
import type { Language } from '../../shared/primitives/language.ts';
import { findPage, notFoundPageFor } from '../../web/find-page.ts';

export interface ServePagesDeps {
  productName: string;
  defaultLanguage: Language;
  minimumPasswordLength: number;
}

export interface ServePagesInput {
  /** As called. */
  path: string;
  /** Whether it is a preflight or another question for what the address takes; the answer is in the headers alone. */
  asksForOptions: boolean;
  /** Whether a page is shown where there is nothing. */
  acceptsHtml: boolean;
  query: Readonly<Record<string, string | undefined>>;
  /** BCP 47 tags, best first. */
  locales: readonly string[];
}

/** A page or an asset; `undefined` for an answer without a body. */
export type ServePagesOutcome = { statusCode: 200 | 404; contentType: string; body: string } | undefined;

/**
 * Finds a hosted page in the reader's language. Where there is nothing, people see a page that says so, and programs get the problem.
 *
 * @throws problem not-found
 */
export const makeServePages =
  ({ productName, defaultLanguage, minimumPasswordLength }: ServePagesDeps) =>
  ({ asksForOptions, acceptsHtml, ...asked }: ServePagesInput): ServePagesOutcome => {
    if (asksForOptions) return undefined;
    const request = { ...asked, productName, fallbackLanguage: defaultLanguage, minimumPasswordLength };
    const page = findPage(request);
    if (page) return { statusCode: 200, ...page };
    if (!acceptsHtml) throw problem('not-found');
    return { statusCode: 404, ...notFoundPageFor(request) };
  };
