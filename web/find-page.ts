import { chooseLanguage, type Language } from '../shared/primitives/language.ts';
import { runTokenForm } from './client/run-token-form.ts';
import { iconSvg } from './icon-svg.ts';
import { textsIn } from './languages/texts-in.ts';
import { notMePage } from './not-me-page.ts';
import { readOutcome } from './outcome.ts';
import { pageCss } from './page-css.ts';
import { tokenFormPage } from './token-form-page.ts';
import { TOKEN_FORMS } from './token-forms.ts';

/** What is asked for, and by whom. */
export interface PageRequest {
  /** As called, from `/ui/` on. */
  path: string;
  /** `lang` wins over the locales; `outcome` is how a form that was posted without the script ended. */
  query: Readonly<Record<string, string | undefined>>;
  /** BCP 47 tags, best first. */
  locales: readonly string[];
  /** Data, not markup: any text is safe here. */
  productName: string;
  fallbackLanguage: Language;
  /** Code points, 8…64; what the page tells people before they type. */
  minimumPasswordLength?: number;
}

/** A page, or something that pages are made of. */
export interface Page {
  contentType: string;
  body: string;
}

/** The same as the default of the setting. */
const DEFAULT_MINIMUM_PASSWORD_LENGTH = 8;

const ASSETS: ReadonlyMap<string, Page> = new Map([
  ['/ui/page.css', { contentType: 'text/css; charset=utf-8', body: pageCss }],
  ['/ui/icon.svg', { contentType: 'image/svg+xml', body: iconSvg }],
  [
    '/ui/token-form.js',
    { contentType: 'text/javascript; charset=utf-8', body: `(${runTokenForm.toString()})(window);\n` },
  ],
]);

/**
 * Finds a hosted page, written in the reader's language, or one of its assets. No I/O, and nothing of the request gets
 * into a page: path, language and outcome only choose among what is here.
 *
 * @returns `null` for a path that isn't ours
 */
export const findPage = ({
  path,
  query,
  locales,
  productName,
  fallbackLanguage,
  minimumPasswordLength = DEFAULT_MINIMUM_PASSWORD_LENGTH,
}: PageRequest): Page | null => {
  const asset = ASSETS.get(path);
  if (asset) return asset;

  const form = TOKEN_FORMS.get(path);
  if (!form && path !== '/ui/not-me') return null;

  const language = chooseLanguage([query.lang, ...locales], fallbackLanguage);
  const texts = textsIn(language, { productName, minimumPasswordLength });
  const base = { path, language, texts, productName, minimumPasswordLength };
  const page = form
    ? tokenFormPage({ ...base, outcome: readOutcome(query.outcome) }, form)
    : notMePage({ ...base, outcome: null });
  return { contentType: 'text/html; charset=utf-8', body: page.text };
};
