import type { BrowserButton, BrowserHtmlElement, BrowserInput, BrowserLink, BrowserWindow } from './browser.ts';
import type { OpenForm } from './open-form.ts';

/**
 * Runs a form in the browser: takes the token from the address, sends the form as JSON and shows the outcome. All
 * forms with a token use it; they differ in the page's `data-` attributes, and in whether they ask for a password.
 *
 * Nothing is sent before the button is pressed, but for the check, which changes nothing: scanners of links run scripts too.
 *
 * It is served as its own source text (`toString`), so it may refer to nothing but browser globals.
 */
export const runTokenForm = (
  { find, takeToken, form, heading, status, clear, tell, call, whileSending }: OpenForm,
  window: BrowserWindow,
): void => {
  const { document } = window;
  const token = find('#token') as BrowserInput;
  const tokenHint = find('#token-hint') as BrowserHtmlElement;
  const password = document.querySelector('#password') as BrowserInput | null;
  const code = document.querySelector('#code') as BrowserInput | null;
  const reveal = document.querySelector('#reveal') as BrowserButton | null;
  const send = find('#send') as BrowserButton;

  const checkAction = form.dataset.checkAction;
  const texts = { heading: heading.textContent, show: reveal?.textContent ?? '' };

  /** What the address called the token: no route checks that of a sign-in `link`. */
  let nameInLink: 'token' | 'link' = 'token';

  const show = (outcome: string): void => {
    const isPasswords = outcome.startsWith('password-rejected');
    const isCodes = outcome === 'invalid-code' || outcome === 'invalid-request';
    const wrong = outcome === 'invalid-token' ? token : isPasswords ? password : isCodes ? code : null;
    tell(outcome, wrong ? { wrong } : {});
  };

  const showPasswordAs = (type: 'password' | 'text'): void => {
    if (!password || !reveal) return;
    password.type = type;
    reveal.textContent = (type === 'text' ? reveal.dataset.hide : undefined) ?? texts.show;
  };

  const submit = async (): Promise<void> => {
    clear();
    showPasswordAs('password'); // otherwise browsers remember it as the value of a text field
    const inputs = [...document.querySelectorAll('form input')] as BrowserInput[];
    const filled = inputs.filter(({ value }) => value !== '').map(({ name, value }) => [name, value] as const);
    const body = Object.fromEntries(filled);
    const readsAnswer = form.dataset.readsStatus !== undefined;
    const sent = () => call<{ status: string }>({ method: 'POST', url: form.action, body, readsAnswer });
    const { outcome, body: answer } = await whileSending(send, sent);
    show(outcome === 'ok' ? `done.${answer.status ?? ''}` : outcome);
    status.focus();
  };

  /** Reports a used link before the person thinks of a password; other errors are shown when the form is sent. */
  const check = async (value: string): Promise<void> => {
    if (!checkAction) return;
    const { outcome } = await call({ method: 'POST', url: checkAction, body: { reset_token: value } });
    const stillAsked = token.value === value && !send.disabled && !form.hidden;
    if (outcome === 'invalid-token' && stillAsked) show(outcome); // without focus: the person may be typing
  };

  const fill = (): void => {
    const taken = takeToken();
    if (!taken) return;
    const { value } = taken;
    nameInLink = taken.name === 'link' ? 'link' : 'token';
    clear();
    form.hidden = false;
    heading.textContent = texts.heading;
    token.value = value;
    tokenHint.textContent = tokenHint.dataset.filled ?? '';
    if (nameInLink === 'token') void check(value);
  };

  form.addEventListener('submit', (event) => {
    if (form.dataset.download !== undefined) return; // the browser saves the answer
    event.preventDefault();
    void submit();
  });
  reveal?.addEventListener('click', () => showPasswordAs(password?.type === 'password' ? 'text' : 'password'));
  if (reveal) reveal.hidden = false;
  send.disabled = false; // some browsers restore `disabled` after a reload

  // Passes the token to the page in the other language, in the fragment as the message's link does.
  for (const link of [...document.querySelectorAll('nav a')] as BrowserLink[]) {
    link.addEventListener('click', () => {
      link.hash = token.value === '' ? '' : `${nameInLink}=${encodeURIComponent(token.value)}`;
    });
  }

  window.addEventListener('hashchange', fill);
  fill();
};
