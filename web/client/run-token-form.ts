import type {
  BrowserButton,
  BrowserElement,
  BrowserForm,
  BrowserHtmlElement,
  BrowserInput,
  BrowserLink,
  BrowserWindow,
} from './browser.ts';

/**
 * Runs a form in the browser: takes the token from the address, sends the form as JSON and shows the outcome. Both
 * forms use it; they differ in the page's `data-` attributes.
 *
 * It is served as its own source text (`toString`), so it may refer to nothing but browser globals.
 */
export const runTokenForm = (window: BrowserWindow): void => {
  const ANSWER_TIMEOUT_MS = 30_000;
  const { document, location, history } = window;

  const find = (selector: string): BrowserElement => {
    const element = document.querySelector(selector);
    if (!element) throw new Error(`no ${selector}`); // the form then works without a script
    return element;
  };

  const form = find('form') as BrowserForm;
  const heading = find('h1') as BrowserHtmlElement;
  const status = find('#status') as BrowserHtmlElement;
  const token = find('#token') as BrowserInput;
  const tokenHint = find('#token-hint') as BrowserHtmlElement;
  const password = find('#password') as BrowserInput;
  const reveal = find('#reveal') as BrowserButton;
  const send = find('#send') as BrowserButton;

  const notices = new Map(
    Object.entries(JSON.parse(form.dataset.notices ?? '{}') as Record<string, { title: string; text: string }>),
  );
  const checkAction = form.dataset.checkAction;
  const texts = { heading: heading.textContent, show: reveal.textContent, send: send.textContent };

  const write = (title: string, text: string): void => {
    find('.notice-title').textContent = title;
    find('.notice-text').textContent = text;
  };

  const clear = (): void => {
    status.removeAttribute('data-kind');
    write('', '');
    token.removeAttribute('aria-invalid');
    password.removeAttribute('aria-invalid');
  };

  const tell = (outcome: string): void => {
    // An unknown refusal falls back to the text of its problem.
    const notice = notices.get(outcome) ?? notices.get(outcome.split('.')[0] ?? '') ?? notices.get('unknown');
    const { title, text } = notice ?? { title: '', text: '' };
    const done = outcome === 'done';
    form.hidden = done;
    if (done) heading.textContent = title;
    write(done ? '' : title, text);
    status.dataset.kind = done ? 'good' : 'bad';
    if (outcome === 'invalid-token') token.setAttribute('aria-invalid', 'true');
    if (outcome.startsWith('password-rejected')) password.setAttribute('aria-invalid', 'true');
  };

  const post = async (action: string, body: Record<string, string>): Promise<string> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS);
    try {
      const response = await fetch(action, {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify(body),
        credentials: 'omit',
        signal: abort.signal,
      });
      // The body of a success is for apps (it may hold session tokens), so the page doesn't read it.
      if (response.ok) return 'done';
      const problem = (await response.json().catch(() => null)) as {
        code?: string;
        errors?: { code: string }[];
      } | null;
      const code = problem?.code ?? (response.status === 429 ? 'too-many-requests' : 'unknown'); // a 429 without a problem document is API Gateway's
      const reason = code === 'password-rejected' ? problem?.errors?.[0]?.code : undefined;
      return reason ? `${code}.${reason}` : code;
    } catch {
      return 'no-answer';
    } finally {
      clearTimeout(timer);
    }
  };

  const showPasswordAs = (type: 'password' | 'text'): void => {
    password.type = type;
    reveal.textContent = (type === 'text' ? reveal.dataset.hide : undefined) ?? texts.show;
  };

  const submit = async (): Promise<void> => {
    clear();
    showPasswordAs('password'); // otherwise browsers remember it as the value of a text field
    send.disabled = true; // and Enter can't send it again
    send.textContent = send.dataset.sending ?? texts.send;

    const inputs = [...document.querySelectorAll('form input')] as BrowserInput[];
    const filled = inputs.filter(({ value }) => value !== '').map(({ name, value }) => [name, value] as const);
    const outcome = await post(form.action, Object.fromEntries(filled));

    send.disabled = false;
    send.textContent = texts.send;
    tell(outcome);
    if (outcome === 'done') form.reset();
    status.focus();
  };

  /** Reports a used link before the person thinks of a password; other errors are shown when the form is sent. */
  const check = async (value: string): Promise<void> => {
    if (!checkAction) return;
    const outcome = await post(checkAction, { reset_token: value });
    const stillAsked = token.value === value && !send.disabled && !form.hidden;
    if (outcome === 'invalid-token' && stillAsked) tell(outcome); // without focus: the person may be typing
  };

  const takeToken = (): void => {
    const value = new URLSearchParams(location.hash.slice(1)).get('token');
    if (!value) return;
    // Removes the token from the address bar and the history.
    history.replaceState(null, '', location.pathname + location.search);
    clear();
    form.hidden = false;
    heading.textContent = texts.heading;
    token.value = value;
    tokenHint.textContent = tokenHint.dataset.filled ?? '';
    void check(value);
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  reveal.addEventListener('click', () => showPasswordAs(password.type === 'password' ? 'text' : 'password'));
  reveal.hidden = false;
  send.disabled = false; // some browsers restore `disabled` after a reload

  // Passes the token to the page in the other language, in the fragment as the message's link does.
  for (const link of [...document.querySelectorAll('nav a')] as BrowserLink[]) {
    link.addEventListener('click', () => {
      link.hash = token.value === '' ? '' : `token=${encodeURIComponent(token.value)}`;
    });
  }

  window.addEventListener('hashchange', takeToken);
  takeToken();
};
