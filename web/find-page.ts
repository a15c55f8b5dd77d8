import type { Html } from '../shared/primitives/html.ts';
import { chooseLanguage, type Language } from '../shared/primitives/language.ts';
import type { BrowserWindow } from './client/browser.ts';
import { type OpenForm, openForm } from './client/open-form.ts';
import { runRemoveNumber } from './client/run-remove-number.ts';
import { runSignInLink } from './client/run-sign-in-link.ts';
import { runTokenForm } from './client/run-token-form.ts';
import { confirmEmailPage } from './confirm-email-page.ts';
import { exportPage } from './export-page.ts';
import { iconSvg } from './icon-svg.ts';
import { keepAccountPage } from './keep-account-page.ts';
import { textsIn } from './languages/texts-in.ts';
import { NOT_FOUND_PATH, notFoundPage } from './not-found-page.ts';
import { notMePage } from './not-me-page.ts';
import { notMySignInPage } from './not-my-sign-in-page.ts';
import { readOutcome } from './outcome.ts';
import type { PageContext } from './page-context.ts';
import { pageCss } from './page-css.ts';
import { proveEmailPage } from './prove-email-page.ts';
import { removeNumberPage } from './remove-number-page.ts';
import { signInLinkPage } from './sign-in-link-page.ts';
import { tokenFormPage } from './token-form-page.ts';
import { TOKEN_FORMS } from './token-forms.ts';
import { undoPage } from './undo-page.ts';

/** The requested page and the reader's languages. */
export interface PageRequest {
  /** The request's path, from `/ui/` on. */
  path: string;
  /** `lang` overrides the locales; `outcome` is the result of a form that was posted without the script. */
  query: Readonly<Record<string, string | undefined>>;
  /** BCP 47 tags, best first. */
  locales: readonly string[];
  /** Any text; it is escaped. */
  productName: string;
  fallbackLanguage: Language;
  /** Code points, 8…64; shown as a hint before the person types. */
  minimumPasswordLength?: number;
}

/** A page or one of its assets. */
export interface Page {
  contentType: string;
  body: string;
}

/** The setting's default. */
const DEFAULT_MINIMUM_PASSWORD_LENGTH = 8;

/** The text of a script that is a function of the window's form and of the window. */
const scriptOf = (run: (form: OpenForm, window: BrowserWindow) => void): Page => ({
  contentType: 'text/javascript; charset=utf-8',
  body: `(${run.toString()})((${openForm.toString()})(window), window);\n`,
});

const ASSETS: ReadonlyMap<string, Page> = new Map([
  ['/ui/page.css', { contentType: 'text/css; charset=utf-8', body: pageCss }],
  ['/ui/icon.svg', { contentType: 'image/svg+xml; charset=utf-8', body: iconSvg }],
  ['/ui/token-form.js', scriptOf(runTokenForm)],
  ['/ui/remove-number.js', scriptOf(runRemoveNumber)],
  ['/ui/sign-in-link.js', scriptOf(runSignInLink)],
]);

type WritePage = (context: PageContext) => Html;

/** The pages that a form posts back to, so that they show its outcome. */
const FORM_PAGES: ReadonlyMap<string, WritePage> = new Map<string, WritePage>([
  ...[...TOKEN_FORMS].map(([path, form]) => [path, (context: PageContext) => tokenFormPage(context, form)] as const),
  ['/ui/not-me', notMePage],
  ['/ui/confirm-email', confirmEmailPage],
  ['/ui/prove-email', proveEmailPage],
  ['/ui/undo', undoPage],
  ['/ui/keep-account', keepAccountPage],
  ['/ui/not-my-sign-in', notMySignInPage],
  ['/ui/export', exportPage],
]);

/** The pages that no form posts back to, so that they show no outcome. */
const PLAIN_PAGES: ReadonlyMap<string, WritePage> = new Map([
  ['/ui/remove-number', removeNumberPage],
  ['/ui/sign-in-link', signInLinkPage],
]);

const contextOf = ({
  path,
  query,
  locales,
  productName,
  fallbackLanguage,
  minimumPasswordLength = DEFAULT_MINIMUM_PASSWORD_LENGTH,
}: PageRequest): PageContext => {
  // A mail filter may have encoded the number sign of the message's link: then its token stands behind the language.
  const [asked] = /^[\w-]*/.exec(query.lang ?? '') ?? [];
  const language = chooseLanguage([asked, ...locales], fallbackLanguage);
  const texts = textsIn(language, { productName, minimumPasswordLength });
  return { path, language, texts, productName, minimumPasswordLength, outcome: null };
};

const htmlPage = ({ text }: Html): Page => ({ contentType: 'text/html; charset=utf-8', body: text });

/**
 * Finds a hosted page in the reader's language, or one of its assets. Pure; no text of the request gets into a page:
 * path, language and outcome only select among fixed ones.
 *
 * @returns `null` for a path that isn't ours
 */
export const findPage = (request: PageRequest): Page | null => {
  const { path, query } = request;
  const asset = ASSETS.get(path);
  if (asset) return asset;

  const formPage = FORM_PAGES.get(path);
  const plainPage = PLAIN_PAGES.get(path);

  if (formPage) return htmlPage(formPage({ ...contextOf(request), outcome: readOutcome(query.outcome) }));
  return plainPage ? htmlPage(plainPage(contextOf(request))) : null;
};

/** The page for an address at which there is nothing, in the reader's language. Pure; it is the same for every such address. */
export const notFoundPageFor = (request: Omit<PageRequest, 'path'>): Page =>
  htmlPage(notFoundPage(contextOf({ ...request, path: NOT_FOUND_PATH })));
