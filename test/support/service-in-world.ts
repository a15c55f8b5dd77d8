import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { matchRoute } from '../../local/gateway/match-route.ts';
import type { GoodRequest } from '../catalogue/good-request.ts';
import type { ServiceRequest, ServiceWithRows } from '../catalogue/service.ts';
import { httpContracts } from './fixtures.ts';
import { loadEvent } from './load-event.ts';
import { putRows } from './table-writer.ts';
import { newNumber } from './verification.ts';
import type { Answer, World } from './world.ts';

/** Longer than an app shows a code, and than the wait for another SMS. */
const WAIT_SECONDS = 60;

const ROUTES = httpContracts.flatMap(({ flow, routes }) =>
  routes.map(({ method, path }) => ({ method, path, target: flow })),
);

/** The event that API Gateway makes of a request, from a phone's address. */
const eventOf = (
  { method, path, headers = {}, body }: ServiceRequest,
  { routeKey, pathParameters }: { routeKey: string; pathParameters: Record<string, string> },
): APIGatewayProxyEventV2 => {
  const phone = loadEvent('sign-in/json');
  const { 'content-type': _, 'content-length': __, ...own } = phone.headers;
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const http = { ...phone.requestContext.http, method, path: rawPath };
  return {
    ...phone,
    routeKey,
    rawPath,
    rawQueryString,
    pathParameters,
    ...(rawQueryString && { queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)) }),
    headers: { ...own, ...headers },
    requestContext: { ...phone.requestContext, routeKey, http },
    body: body === undefined ? undefined : Buffer.from(body).toString('base64'),
    isBase64Encoded: body !== undefined,
  } as APIGatewayProxyEventV2;
};

const routeOf = ({ method, path }: ServiceRequest) => {
  const match = matchRoute(ROUTES, method, path.replace(/\?.*/, ''));
  if (!match) throw new Error(`no flow has ${method} ${path}`);
  return match;
};

/** Passes a request of the catalogue to the handler of its route. */
export const sendTo = (world: World, request: ServiceRequest): Promise<Answer> => {
  const match = routeOf(request);
  return world.call(match.target, eventOf(request, match));
};

let addresses = 0;

/** A world as the catalogue of good requests uses it. */
export const serviceIn = (world: World): ServiceWithRows => ({
  ask: async (request) => {
    const { status, text, body } = await sendTo(world, request);
    if (status !== 200) throw new Error(`${request.method} ${request.path} was answered ${status} ${text}`);
    return body;
  },
  receive: async (to, act) => {
    world.clock.advance(1); // two requests in the same millisecond have no defined order
    await act();
    await world.deliver();
    return (await world.mailsTo(to))[0]?.text ?? '';
  },
  newEmail: () => {
    addresses += 1;
    return `catalogue-${addresses}@example.com`;
  },
  newPhoneNumber: newNumber,
  nowSeconds: world.clock.nowSeconds,
  pause: async (seconds) => world.clock.advance(seconds),
  passWaits: async () => world.clock.advance(WAIT_SECONDS),
  editRows: async ({ table, firstWord, sortKey, accountId }, change) => {
    const rows = (await world.rows(table)).filter(
      (row) =>
        String(row.pk).startsWith(`${firstWord}#`) && row.sk === sortKey && JSON.stringify(row).includes(accountId),
    );
    if (rows.length === 0) throw new Error(`${accountId} has no row ${firstWord}# ${sortKey}`);
    const changed = rows.map((row) => Object.entries({ ...row, ...change }).filter(([, value]) => value !== undefined));
    await putRows(
      world,
      table,
      changed.map((entries) => Object.fromEntries(entries)),
    );
  },
  putRow: (table, row) => putRows(world, table, [row as Record<string, unknown>]),
});

/** Prepares a request of the catalogue. @returns makes it, the very same as often as it is called */
export const prepareRepeatIn = async (
  world: World,
  { prepare }: GoodRequest<ServiceWithRows>,
): Promise<() => Promise<Answer>> => {
  const { request } = await prepare(serviceIn(world));
  const same = request();
  return () => sendTo(world, same);
};

/** Prepares a request of the catalogue. @returns makes it, as often as it is called */
export const prepareIn = async (
  world: World,
  { prepare }: GoodRequest<ServiceWithRows>,
): Promise<() => Promise<Answer>> => {
  const { request } = await prepare(serviceIn(world));
  return () => sendTo(world, request());
};

/** Prepares and makes a request of the catalogue. @returns it, its route (`POST /accounts`) and the answer */
export const exchangeIn = async (
  world: World,
  { prepare }: GoodRequest<ServiceWithRows>,
): Promise<{ routeKey: string; request: ServiceRequest; answer: Answer }> => {
  const request = (await prepare(serviceIn(world))).request();
  return { routeKey: routeOf(request).routeKey, request, answer: await sendTo(world, request) };
};
