import { problem } from '../../shared/contract/problems.ts';
import type { Language } from '../../shared/primitives/language.ts';
import { findPage } from '../../web/find-page.ts';

export interface ServePagesDeps {
  productName: string;
  defaultLanguage: Language;
  minimumPasswordLength: number;
}

export interface ServePagesInput {
  /** As called, from `/ui/` on. */
  path: string;
  query: Readonly<Record<string, string | undefined>>;
  /** BCP 47 tags, best first. */
  locales: readonly string[];
}

/**
 * Finds a hosted page in the reader's language.
 *
 * @throws problem not-found
 */
export const makeServePages =
  ({ productName, defaultLanguage, minimumPasswordLength }: ServePagesDeps) =>
  (input: ServePagesInput): { contentType: string; body: string } => {
    const page = findPage({ ...input, productName, fallbackLanguage: defaultLanguage, minimumPasswordLength });
    if (!page) throw problem('not-found');
    return page;
  };
