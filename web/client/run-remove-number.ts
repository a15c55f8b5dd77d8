import type {
  BrowserButton,
  BrowserElement,
  BrowserForm,
  BrowserHtmlElement,
  BrowserInput,
  BrowserWindow,
} from './browser.ts';

/**
 * Runs the page on which owners remove their number: signs in, proves the second factor, switches codes by SMS off and signs out,
 * by the routes that apps use. Tokens stay in its variables and end with the page.
 *
 * It is served as its own source text (`toString`), so it may refer to nothing but browser globals.
 */
export const runRemoveNumber = (window: BrowserWindow): void => {
  const ANSWER_TIMEOUT_MS = 30_000;
  const { document } = window;

  const find = (selector: string): BrowserElement => {
    const element = document.querySelector(selector);
    if (!element) throw new Error(`no ${selector}`); // the page then says where else the number can be removed
    return element;
  };

  const form = find('form') as BrowserForm;
  const heading = find('h1') as BrowserHtmlElement;
  const status = find('#status') as BrowserHtmlElement;
  const who = find('#who') as BrowserHtmlElement;
  const proof = find('#proof') as BrowserHtmlElement;
  const email = find('#email') as BrowserInput;
  const password = find('#password') as BrowserInput;
  const code = find('#code') as BrowserInput;
  const sendSms = find('#send-sms') as BrowserButton;
  const send = find('#send') as BrowserButton;

  const notices = new Map(
    Object.entries(JSON.parse(form.dataset.notices ?? '{}') as Record<string, { title: string; text: string }>),
  );
  /** Of the sign-in that waits for its second factor. */
  let challenge: string | null = null;

  interface Answer {
    /** `ok`, or why not. */
    outcome: string;
    body: {
      access_token?: string;
      challenge_token?: string;
      factors?: string[];
      session?: { access_token: string };
    };
  }

  const tell = (outcome: string): void => {
    const { title, text } = notices.get(outcome) ?? notices.get('unknown') ?? { title: '', text: '' };
    const isDone = outcome === 'done';
    form.hidden = isDone;
    if (isDone) heading.textContent = title;
    find('.notice-title').textContent = isDone ? '' : title;
    find('.notice-text').textContent = text;
    status.dataset.kind = isDone || outcome === 'code-sent' ? 'good' : 'bad';
    if (outcome === 'invalid-credentials') password.setAttribute('aria-invalid', 'true');
    if (outcome === 'invalid-code') code.setAttribute('aria-invalid', 'true');
    status.focus();
  };

  const clear = (): void => {
    status.removeAttribute('data-kind');
    find('.notice-title').textContent = '';
    find('.notice-text').textContent = '';
    password.removeAttribute('aria-invalid');
    code.removeAttribute('aria-invalid');
  };

  const call = async (line: string, bearer: string | null, body?: Record<string, string>): Promise<Answer> => {
    const [method = '', path = ''] = line.split(' ');
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS);
    try {
      const response = await fetch(path, {
        method,
        headers: {
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        },
        body: body ? JSON.stringify(body) : null,
        credentials: 'omit',
        signal: abort.signal,
      });
      const answer = (await response.json().catch(() => ({}))) as Answer['body'] & { code?: string };
      if (response.ok) return { outcome: 'ok', body: answer };
      // A 429 without a problem document is API Gateway's.
      return { outcome: answer.code ?? (response.status === 429 ? 'too-many-requests' : 'unknown'), body: {} };
    } catch {
      return { outcome: 'no-answer', body: {} };
    } finally {
      clearTimeout(timer);
    }
  };

  const askForCode = (token: string, factors: readonly string[]): void => {
    challenge = token;
    who.hidden = true;
    proof.hidden = false;
    sendSms.hidden = !factors.includes('sms');
    send.dataset.idle = send.dataset.last;
    code.focus();
  };

  /** Removes the number, and ends the session whether that was done or not. */
  const remove = async (token: string): Promise<string> => {
    const removed = await call('DELETE /two-factor/sms', token);
    await call('DELETE /sessions/current', removed.body.session?.access_token ?? token);
    return removed.outcome === 'ok' ? 'done' : removed.outcome;
  };

  /** @returns the outcome to tell; `null` where the person has to go on */
  const goOn = async (): Promise<string | null> => {
    const { outcome, body } =
      challenge === null
        ? await call('POST /sessions', null, { email: email.value, password: password.value })
        : await call('POST /verification/verify', challenge, { code: code.value });
    if (outcome !== 'ok') return outcome;
    if (body.access_token !== undefined) return remove(body.access_token);
    if (body.challenge_token === undefined) return 'unknown';
    askForCode(body.challenge_token, body.factors ?? []);
    return null;
  };

  const submit = async (): Promise<void> => {
    clear();
    send.disabled = true; // and Enter can't send it again
    send.dataset.idle ??= send.textContent ?? '';
    send.textContent = send.dataset.sending ?? send.textContent;
    const outcome = await goOn();
    send.disabled = false;
    send.textContent = send.dataset.idle ?? '';
    if (outcome === 'done') form.reset();
    if (outcome !== null) tell(outcome);
  };

  const requestSms = async (): Promise<void> => {
    clear();
    sendSms.disabled = true;
    const { outcome } = await call('POST /verification', challenge);
    sendSms.disabled = false;
    tell(outcome === 'ok' ? 'code-sent' : outcome);
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  sendSms.addEventListener('click', () => void requestSms());
  (find('#needs-script') as BrowserHtmlElement).hidden = true;
  send.disabled = false;
};
