import { type Html, html } from '../shared/primitives/html.ts';
import { LANGUAGES, type Language } from '../shared/primitives/language.ts';
import { textsIn } from './languages/texts-in.ts';
import type { PageContext } from './page-context.ts';

/** What differs between pages. */
export interface PageContent {
  heading: string;
  main: Html;
  /** Address of the script that runs the page's form; `null` where it has none. */
  script: '/ui/token-form.js' | '/ui/remove-number.js' | '/ui/sign-in-link.js' | null;
}

const languageLink = (language: Language, context: PageContext): Html => {
  const { languageName } = textsIn(language, context);
  if (language === context.language) return html`<span aria-current="true">${languageName}</span>`;
  // From the closed list, so that the page still shows it in the other language.
  const outcome = context.outcome === null ? '' : `&outcome=${context.outcome}`;
  const address = `${context.path}?lang=${language}${outcome}`;
  return html`<a href="${address}" lang="${language}" hreflang="${language}">${languageName}</a>`;
};

/** Frame of every page: nothing inline and nothing from elsewhere, as the Content-Security-Policy demands. */
export const layout = (context: PageContext, { heading, main, script: address }: PageContent): Html => {
  const { language, texts, productName, outcome, path } = context;
  const failed = outcome !== null && outcome !== 'done';
  const isOwnRemedy = path === '/ui/not-me' || path === '/ui/undo';
  const notMe = isOwnRemedy ? null : html`<a href="/ui/not-me?lang=${language}">${texts.notMeLink}</a>`;

  // A module, so that a browser too old for its syntax ignores it and uses the plain form.
  const script = address && html`<script type="module" src="${address}"></script>`;

  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>${failed ? `${texts.errorPrefix}: ` : ''}${heading} – ${productName}</title>
<link rel="icon" href="/ui/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/ui/page.css">
${script}
</head>
<body>
<header>
<p class="product">${productName}</p>
<nav aria-label="${texts.languageMenu}">${LANGUAGES.map((each) => languageLink(each, context))}</nav>
</header>
<main>
<h1>${heading}</h1>
${main}
</main>
<footer>${notMe}</footer>
</body>
</html>
`;
};
