import type { BrowserHtmlElement, BrowserLink, BrowserWindow } from './browser.ts';
import type { OpenForm } from './open-form.ts';

/**
 * Runs the page that a sign-in link leads to: takes the token from the address, shows it in groups and copies it. Nothing is sent.
 *
 * It is served as its own source text (`toString`), so it may refer to nothing but browser globals.
 */
export const runSignInLink = (
  { find, takeToken, form, status, clear, tell }: OpenForm,
  window: BrowserWindow,
): void => {
  const { document, navigator } = window;
  const fromMessage = find('#from-message') as BrowserHtmlElement;
  const token = find('#token');

  /** As the link had it; the page shows it in groups that narrow screens can break between. */
  let taken = '';

  const show = (): void => {
    const { value = '' } = takeToken() ?? {};
    if (!/^[0-9A-Z]{26}$/.test(value)) return; // no text of a stranger's link gets into the page
    clear();
    taken = value;
    token.textContent = (value.match(/.{1,4}/g) ?? []).join(' ');
    form.hidden = false;
    fromMessage.hidden = true;
  };

  const copy = async (): Promise<void> => {
    clear();
    const isCopied = await Promise.resolve(navigator.clipboard?.writeText(taken) ?? Promise.reject()).then(
      () => true,
      () => false,
    );
    tell(isCopied ? 'copied' : 'not-copied', { isGood: isCopied });
    if (isCopied) status.focus();
    else window.getSelection()?.selectAllChildren(token); // so that the keys of the device copy it
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void copy();
  });

  // Passes the token to the page in the other language, in the fragment as the message's link does.
  for (const link of [...document.querySelectorAll('nav a')] as BrowserLink[]) {
    link.addEventListener('click', () => {
      link.hash = taken === '' ? '' : `token=${taken}`;
    });
  }

  window.addEventListener('hashchange', show);
  show();
};
