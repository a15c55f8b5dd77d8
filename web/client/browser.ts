/**
 * The part of the DOM that the pages' script uses. The library "dom" would also declare `name`, `event` and `window` in
 * every file of the server, so `browser-check.ts` compares these types with it instead.
 */
export interface BrowserWindow {
  document: BrowserDocument;
  location: { readonly hash: string; readonly pathname: string; readonly search: string };
  /** Without a clipboard where the page is not secure. */
  navigator: { readonly clipboard?: { writeText(text: string): Promise<void> } };
  history: { replaceState(state: unknown, unused: string, url: string): void };
  getSelection(): { selectAllChildren(node: Pick<BrowserElement, 'textContent'>): void } | null;
  addEventListener(type: 'hashchange', listener: () => void): void;
}

export interface BrowserDocument {
  querySelector(selectors: string): BrowserElement | null;
  querySelectorAll(selectors: string): Iterable<BrowserElement>;
}

export interface BrowserElement {
  textContent: string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  addEventListener(type: 'click' | 'submit', listener: (event: { preventDefault(): void }) => void): void;
}

export interface BrowserHtmlElement extends BrowserElement {
  readonly dataset: Record<string, string | undefined>;
  hidden: boolean | string;
  focus(): void;
}

export interface BrowserInput extends BrowserHtmlElement {
  readonly name: string;
  type: string;
  value: string;
}

export interface BrowserButton extends BrowserHtmlElement {
  disabled: boolean;
}

export interface BrowserForm extends BrowserHtmlElement {
  readonly action: string;
  reset(): void;
}

export interface BrowserLink extends BrowserHtmlElement {
  hash: string;
}
