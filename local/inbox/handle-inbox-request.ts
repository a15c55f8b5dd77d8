import type { IncomingHttpHeaders } from 'node:http';
import type { MovableClock } from '../movable-clock.ts';
import { makeAnswerNotify } from './answer-notify.ts';
import { makeAnswerQuery } from './answer-query.ts';
import { callerRefusal } from './caller-refusal.ts';
import { CLOCK_ORDER_HELP, moveClock, shownClock } from './clock-orders.ts';
import { FAULT_ORDER_HELP, type Faults } from './faults.ts';
import { type InboxAnswer, jsonAnswer, refusal } from './inbox-answer.ts';
import { assetAnswer, INBOX_PAGE_HEADERS } from './inbox-assets.ts';
import { inboxPage } from './inbox-page.ts';
import type { MailOutcomes } from './mail-outcomes.ts';
import type { MessageStore } from './message-store.ts';
import type { StoredMessage } from './stored-message.ts';
import { SUPPRESSION_PATH, type SuppressionList } from './suppression-list.ts';

/** The parts of an HTTP request that decide the answer. */
export interface InboxRequest {
  method: string;
  /** The request target as sent: path and query. */
  target: string;
  headers: IncomingHttpHeaders;
  /** Empty when there is none. */
  body: string;
}

/** @param request.operation of AWS's JSON protocol; `undefined` for other requests */
type Endpoint = (request: { query: string; body: string; operation: string | undefined }) => InboxAnswer | null;

/** `?to=` of a query string. A plus stays a plus: addresses and phone numbers contain it, and no spaces. */
const recipientOf = (query: string): string | null => new URLSearchParams(query.replaceAll('+', '%2B')).get('to');

const isTo = (recipient: string) => (message: StoredMessage) =>
  message.to === recipient || message.to.endsWith(`<${recipient}>`);

/**
 * Makes the inbox's request handler.
 *
 * @param apiUrl address of the API, for the page's hint how to get a first message
 * @returns a function that answers a request, or returns `null` when it is never to be answered
 */
export const makeHandleInboxRequest = (deps: {
  store: MessageStore;
  faults: Faults;
  outcomes: MailOutcomes;
  suppressions: SuppressionList;
  clock: MovableClock;
  apiUrl: string;
}) => {
  const { store, faults, clock, apiUrl } = deps;

  const listMessages: Endpoint = ({ query }) => {
    const recipient = recipientOf(query);
    const messages = store.newestFirst();
    const found = recipient === null ? messages : messages.filter(isTo(recipient));
    return jsonAnswer(200, found, { etag: `"${store.revision()}"` });
  };
  const emptyInbox: Endpoint = () => {
    store.clear();
    return { status: 204 };
  };
  const showFaults: Endpoint = () => jsonAnswer(200, faults.pending());
  const orderFault: Endpoint = ({ body }) =>
    faults.order(body) ? jsonAnswer(200, faults.pending()) : refusal(400, FAULT_ORDER_HELP);
  const showClock: Endpoint = () => jsonAnswer(200, shownClock(clock));
  const orderClock: Endpoint = ({ body }) =>
    moveClock(clock, 'json', body) ? jsonAnswer(200, shownClock(clock)) : refusal(400, CLOCK_ORDER_HELP);
  const orderClockByForm: Endpoint = ({ body }) =>
    moveClock(clock, 'form', body) ? { status: 303, headers: { location: '/' } } : refusal(400, CLOCK_ORDER_HELP);
  const showPage: Endpoint = () => ({
    status: 200,
    headers: INBOX_PAGE_HEADERS,
    body: inboxPage({
      messages: store.newestFirst(),
      revision: store.revision(),
      apiUrl,
      aheadSeconds: clock.aheadSeconds(),
    }),
  });
  const answerQuery = makeAnswerQuery(deps);
  const answerNotify = makeAnswerNotify(deps);
  /** SES and SNS speak the Query protocol, End User Messaging JSON. */
  const send: Endpoint = ({ body, operation }) =>
    operation === undefined ? answerQuery(body) : answerNotify(operation, body);

  const endpoints: ReadonlyMap<string, Readonly<Record<string, Endpoint>>> = new Map([
    ['/', { GET: showPage, POST: send }],
    ['/messages', { GET: listMessages, DELETE: emptyInbox }],
    ['/faults', { GET: showFaults, PUT: orderFault }],
    ['/clock', { GET: showClock, PUT: orderClock, POST: orderClockByForm }],
    ['/inbox.css', { GET: () => assetAnswer('inbox.css') }],
    ['/inbox.js', { GET: () => assetAnswer('inbox.js') }],
  ] satisfies [string, Record<string, Endpoint>][]);

  /** SES's list of suppressed addresses: the whole of it, or one address. */
  const suppressionMethods = (path: string): Readonly<Record<string, Endpoint>> | undefined => {
    const list = deps.suppressions;
    if (path === SUPPRESSION_PATH) return { GET: () => list.answer('GET', null) };
    if (!path.startsWith(`${SUPPRESSION_PATH}/`)) return undefined;
    const email = decodeURIComponent(path.slice(SUPPRESSION_PATH.length + 1));
    return { GET: () => list.answer('GET', email), DELETE: () => list.answer('DELETE', email) };
  };

  return ({ method, target, headers, body }: InboxRequest): InboxAnswer | null => {
    const refused = callerRefusal({ method, headers });
    if (refused) return refused;

    const [path = '', ...queryParts] = target.split('?');
    const methods = endpoints.get(path) ?? suppressionMethods(path);
    if (!methods) return refusal(404, `Not here. The inbox has ${[...endpoints.keys()].join(', ')}.`);

    const endpoint = methods[method === 'HEAD' ? 'GET' : method];
    if (!endpoint) {
      const allow = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
      return refusal(405, `This path takes ${allow.join(', ')}.`, { allow: allow.join(', ') });
    }
    const operation = headers['x-amz-target'];
    return endpoint({
      query: queryParts.join('?'),
      body,
      operation: typeof operation === 'string' ? operation : undefined,
    });
  };
};
