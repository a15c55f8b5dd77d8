import type { Example } from '../../functions/describe-service/examples.ts';
import {
  EMAIL_PROOF_REQUESTS,
  EXPORT_ROW_REQUESTS,
  FACTOR_RESET_REQUESTS,
  GOOD_REQUESTS,
} from '../../test/catalogue/catalogue.ts';
import { everyRoute } from '../../test/support/fixtures.ts';
import { loadEvent } from '../../test/support/load-event.ts';
import { exchangeIn } from '../../test/support/service-in-world.ts';
import { UNHINDERED_SMS } from '../../test/support/verification.ts';
import { type Answer, startWorld } from '../../test/support/world.ts';

/** Tokens, QR codes and pages are longer; a reader of the document needs to see what they begin with. */
const SHOWN_LENGTH = 60;

const shortened = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value;
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shortened(one)]));
};

/** The names of all members, within others too: two examples with the same ones say the same. */
export const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  const members = Object.entries(value).map(([name, one]) => [name, shapeOf(one)] as const);
  return Object.fromEntries(members.toSorted(([one], [other]) => one.localeCompare(other)));
};

const sent = (body: string | undefined): unknown => {
  if (body === undefined) return undefined;
  return body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
};

const answered = ({ body, text }: Answer): unknown => {
  if (text === '') return undefined;
  if (typeof body === 'object' && 'openapi' in body) return { openapi: body.openapi };
  return shortened(body);
};

/** Every route's first exchange, and those with other members. */
export const recordExamples = async (): Promise<Record<string, Example[]>> => {
  const world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  const examples: Record<string, Example[]> = {};
  const add = (routeKey: string, example: Example): void => {
    const before = examples[routeKey] ?? [];
    const isKnown = before.some(
      (one) => JSON.stringify(shapeOf({ ...one, name: '' })) === JSON.stringify(shapeOf({ ...example, name: '' })),
    );
    if (!isKnown) examples[routeKey] = [...before, example];
  };
  const all = [...GOOD_REQUESTS, ...EMAIL_PROOF_REQUESTS, ...FACTOR_RESET_REQUESTS, ...EXPORT_ROW_REQUESTS];
  for (const good of all) {
    const { routeKey, request, answer } = await exchangeIn(world, good);
    if (answer.status !== good.succeeds) throw new Error(`${good.name} was answered ${answer.status}`);
    if (answer.status >= 400) continue; // the document shows what succeeds
    add(routeKey, { name: good.name, request: shortened(sent(request.body)), answer: answered(answer) });
  }
  for (const { routeKey, fixture, contract } of everyRoute()) {
    if (!(routeKey in examples))
      add(routeKey, { name: contract.flow, answer: answered(await world.call(contract.flow, loadEvent(fixture))) });
  }
  await world.close();
  return examples;
};
