import type {
  BrowserButton,
  BrowserElement,
  BrowserForm,
  BrowserHtmlElement,
  BrowserInput,
  BrowserWindow,
} from './browser.ts';

/** A request of a page to a flow's route. */
export interface PageCall {
  method: string;
  url: string;
  /** Sent as JSON. */
  body?: Record<string, string>;
  /** An access or challenge token. */
  bearer?: string;
  /** Left out, the answer of a success isn't read: it may hold session tokens, which are for apps. */
  readsAnswer?: boolean;
}

/** What a flow answered. */
export interface PageAnswer<Body> {
  /** `ok`, or why not: the problem's code (`password-rejected` with its reason after a dot), or `no-answer`. */
  outcome: string;
  /** Empty of a refusal. */
  body: Partial<Body>;
}

/**
 * What the scripts of all forms need: the form and its notices, the places of errors, and requests to the flows.
 *
 * It is served as its own source text (`toString`), so it may refer to nothing but browser globals.
 */
export const openForm = ({ document, location, history }: BrowserWindow) => {
  const ANSWER_TIMEOUT_MS = 30_000;

  const find = (selector: string): BrowserElement => {
    const element = document.querySelector(selector);
    if (!element) throw new Error(`no ${selector}`); // the page then works, or says what to do, without a script
    return element;
  };

  /**
   * Takes the token of the message's link, which then leaves the address bar and the history. Mail filters encode the number sign, so that it
   * stands in the query, or put parameters of their own behind it.
   *
   * @returns `null` where the address has none
   */
  const takeToken = (): { name: string; value: string } | null => {
    const found = /(?:[#?&]|%23)(token|link)(?:=|%3D)([0-9a-z](?:-?[0-9a-z]){25})(?![0-9a-z])/i.exec(
      location.hash + location.search, // a filter's own parameter may have the name, and never the length
    );
    if (!found) return null;
    const search = location.search.replace(/([?&]|%23)(?:token|link)(?:=|%3D)[^&]*/gi, (_, sign) =>
      sign === '?' ? sign : '',
    );
    history.replaceState(null, '', location.pathname + search);
    return { name: found[1] ?? '', value: found[2] ?? '' };
  };

  const form = find('form') as BrowserForm;
  const heading = find('h1') as BrowserHtmlElement;
  const status = find('#status') as BrowserHtmlElement;
  const notices = new Map(
    Object.entries(JSON.parse(form.dataset.notices ?? '{}') as Record<string, { title: string; text: string }>),
  );

  const write = (title: string, text: string): void => {
    find('.notice-title').textContent = title;
    find('.notice-text').textContent = text;
  };

  const clear = (): void => {
    status.removeAttribute('data-kind');
    write('', '');
    for (const input of document.querySelectorAll('form [aria-invalid]')) input.removeAttribute('aria-invalid');
  };

  /** Shows an outcome; `done`, and what of it has more behind a dot, takes the place of the form. @param options.wrong the field that it is about */
  const tell = (outcome: string, { isGood = false, wrong }: { isGood?: boolean; wrong?: BrowserInput } = {}): void => {
    // An unknown refusal falls back to the text of its problem.
    const notice = notices.get(outcome) ?? notices.get(outcome.split('.')[0] ?? '') ?? notices.get('unknown');
    const { title, text } = notice ?? { title: '', text: '' };
    const isDone = outcome.split('.')[0] === 'done';
    form.hidden = isDone;
    if (isDone) {
      heading.textContent = title;
      form.reset();
    }
    write(isDone ? '' : title, text);
    status.dataset.kind = isDone || isGood ? 'good' : 'bad';
    wrong?.setAttribute('aria-invalid', 'true');
  };

  /** Makes a request; never rejects. An answer that can't be read is empty. */
  const call = async <Body>({ method, url, body, bearer, readsAnswer }: PageCall): Promise<PageAnswer<Body>> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS);
    try {
      const response = await fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        body: body ? JSON.stringify(body) : null,
        credentials: 'omit',
        signal: abort.signal,
      });
      const answer = response.ok && !readsAnswer ? {} : await response.json().catch(() => ({}));
      if (response.ok) return { outcome: 'ok', body: answer as Partial<Body> };
      const problem = answer as { code?: string; errors?: { code: string }[] } | null;
      const code = problem?.code ?? (response.status === 429 ? 'too-many-requests' : 'unknown'); // a 429 without a problem document is API Gateway's
      const reason = code === 'password-rejected' ? problem?.errors?.[0]?.code : undefined;
      return { outcome: reason ? `${code}.${reason}` : code, body: {} };
    } catch {
      return { outcome: 'no-answer', body: {} };
    } finally {
      clearTimeout(timer);
    }
  };

  /** Does what the button stands for, once: while it is done, the button says so and is off, and Enter can't send again. */
  const whileSending = async <T>(button: BrowserButton, act: () => Promise<T>): Promise<T> => {
    const idle = button.textContent;
    button.disabled = true;
    button.textContent = button.dataset.sending ?? idle;
    const result = await act();
    button.disabled = false;
    button.textContent = idle;
    return result;
  };

  return { find, takeToken, form, heading, status, clear, tell, call, whileSending };
};

/** A form in the browser, opened. */
export type OpenForm = ReturnType<typeof openForm>;
