import type { BrowserButton, BrowserHtmlElement, BrowserInput } from './browser.ts';
import type { OpenForm, PageAnswer } from './open-form.ts';

/**
 * Runs the page on which owners remove their number: signs in, proves the second factor, switches codes by SMS off and signs out,
 * by the routes that apps use. Tokens stay in its variables and end with the page.
 *
 * It is served as its own source text (`toString`), so it may refer to nothing but browser globals.
 */
export const runRemoveNumber = ({ find, form, status, clear, tell, call, whileSending }: OpenForm): void => {
  const who = find('#who') as BrowserHtmlElement;
  const proof = find('#proof') as BrowserHtmlElement;
  const email = find('#email') as BrowserInput;
  const password = find('#password') as BrowserInput;
  const code = find('#code') as BrowserInput;
  const sendSms = find('#send-sms') as BrowserButton;
  const send = find('#send') as BrowserButton;

  /** Of the sign-in that waits for its second factor. */
  let challenge: string | null = null;

  interface Answer {
    access_token: string;
    challenge_token: string;
    factors: string[];
    session: { access_token: string };
  }

  const ask = (line: string, bearer: string | null, body?: Record<string, string>): Promise<PageAnswer<Answer>> => {
    const [method = '', url = ''] = line.split(' ');
    return call({ method, url, readsAnswer: true, ...(bearer !== null && { bearer }), ...(body && { body }) });
  };

  const wrongInputs = new Map([
    ['invalid-credentials', password],
    ['invalid-code', code],
  ]);

  const show = (outcome: string): void => {
    const wrong = wrongInputs.get(outcome);
    tell(outcome, { isGood: outcome === 'code-sent', ...(wrong && { wrong }) });
    status.focus();
  };

  const askForCode = (token: string, factors: readonly string[]): void => {
    challenge = token;
    who.hidden = true;
    proof.hidden = false;
    const isMailed = factors.includes('email_code'); // it has just gone out, and goes out once more for the button
    sendSms.hidden = !factors.includes('sms') && !isMailed;
    for (const told of isMailed ? [find('#code-hint') as BrowserHtmlElement, sendSms] : [])
      told.textContent = told.dataset.mail ?? told.textContent;
    send.textContent = send.dataset.last ?? send.textContent;
    code.focus();
  };

  /** Removes the number, and ends the session whether that was done or not. */
  const remove = async (token: string): Promise<string> => {
    const removed = await ask('DELETE /two-factor/sms', token);
    await ask('DELETE /sessions/current', removed.body.session?.access_token ?? token);
    return removed.outcome === 'ok' ? 'done' : removed.outcome;
  };

  const goOn = async (): Promise<{ outcome: string } | { outcome: null; challenge: string; factors: string[] }> => {
    const { outcome, body } =
      challenge === null
        ? await ask('POST /sessions', null, { email: email.value, password: password.value })
        : await ask('POST /verification/verify', challenge, { code: code.value });
    if (outcome !== 'ok') return { outcome };
    if (body.access_token !== undefined) return { outcome: await remove(body.access_token) };
    if (body.challenge_token === undefined) return { outcome: 'unknown' };
    return { outcome: null, challenge: body.challenge_token, factors: body.factors ?? [] };
  };

  const submit = async (): Promise<void> => {
    clear();
    const next = await whileSending(send, goOn);
    if (next.outcome === null) askForCode(next.challenge, next.factors);
    else show(next.outcome);
  };

  const requestSms = async (): Promise<void> => {
    clear();
    const { outcome } = await whileSending(sendSms, () => ask('POST /verification', challenge));
    show(outcome === 'ok' ? 'code-sent' : outcome);
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  sendSms.addEventListener('click', () => void requestSms());
  (find('#needs-script') as BrowserHtmlElement).hidden = true;
  send.disabled = false;
};
