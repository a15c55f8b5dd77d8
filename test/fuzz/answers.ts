import * as z from 'zod';
import { problemSchema } from '../../functions/describe-service/problem-schema.ts';
import { everyRoute } from '../support/fixtures.ts';
import { loadEvent } from '../support/load-event.ts';
import type { Answer, World } from '../support/world.ts';

type JsonSchema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

type MediaTypes = Record<string, { schema: JsonSchema }>;

interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, { headers: object; content?: MediaTypes }> }>>;
  components: { schemas: NonNullable<JsonSchema['$defs']> };
}

/** Marks of our own inside, which no answer may show: a trace, a table's key, a hash, a module. */
const INSIDES =
  /\n\s+at |node_modules|\.ts:\d|ACCOUNT#|RECOVERY#|SIGN_UP#|VERIFICATION#|\$argon2|ConditionalCheck|AWSError/;

/** Headers that clients have a use for: those of an answer are in the document. */
const TOLD_HEADERS = /^(?:etag|location|ratelimit-.*|retry-after|www-authenticate)$/;

/** The contract is narrower than the document, whose answers are open: it names every member and value that this release has. */
const contractSchema = (schema: z.core.$ZodType): z.ZodType =>
  z.fromJSONSchema(z.toJSONSchema(schema, { unrepresentable: 'any' }));

/** By the contracts: answers of each route, and problem documents. */
const contractSchemas = () => {
  const answers = everyRoute().flatMap(({ routeKey, route, contract }) => {
    const schema = route.answer ?? contract.answer;
    return schema ? [[routeKey, contractSchema(schema)] as const] : [];
  });
  return { answers: new Map(answers), problem: contractSchema(problemSchema) };
};

/** The first header of an answer that the document doesn't have. */
const untold = ({ headers, cookies }: Answer, described: object): string | null => {
  const names = new Set(Object.keys(described).map((name) => name.toLowerCase()));
  const given = [...Object.keys(headers).filter((name) => TOLD_HEADERS.test(name)), ...(cookies ? ['set-cookie'] : [])];
  return given.find((name) => !names.has(name)) ?? null;
};

/**
 * Reads what each answer is held against: the OpenAPI document, as the service itself publishes it, and its contract.
 *
 * @returns says what is wrong with an answer; `null` where nothing is
 */
export const readDocument = async (
  world: World,
): Promise<(routeKey: string, answer: Answer, isBrowser: boolean) => string | null> => {
  const { text } = await world.call('describe-service', loadEvent('describe-service/openapi'));
  const { paths, components } = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as OpenApi;
  const compiled = new Map<string, z.ZodType>();
  const contracts = contractSchemas();

  const schemaOf = (key: string, schema: JsonSchema): z.ZodType => {
    const known = compiled.get(key) ?? z.fromJSONSchema({ ...schema, $defs: components.schemas });
    compiled.set(key, known);
    return known;
  };

  return (routeKey, answer, isBrowser) => {
    const { status, headers, body, text: sent } = answer;
    if (status >= 500) return `${status} ${sent}`;
    if (INSIDES.test(sent)) return `an answer that shows the inside: ${sent}`;
    // A form that a browser sent without a script is led back to its page; no other client is (shared/http).
    if (status === 303)
      return isBrowser && headers.location?.startsWith('/ui/') ? null : `a redirect to ${headers.location}`;
    const [method = '', path = ''] = routeKey.split(' ');
    const response = paths[path.replace('+}', '}')]?.[method.toLowerCase()]?.responses[status];
    if (!response) return `the document knows no ${status}: ${sent}`;
    const { content } = response;
    const header = untold(answer, response.headers);
    if (header !== null) return `the document knows no ${header} with ${status}`;
    if (!content) return sent === '' ? null : `a body where there is none: ${sent}`;
    const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
    const documented = content[mediaType];
    // Pages and what they load are documented as text of one type.
    if (!documented)
      return routeKey.includes('/ui/') && status === 200 ? null : `the document knows no ${mediaType} with ${status}`;
    if (!mediaType.includes('json')) return null;
    const fits = schemaOf(`${routeKey} ${status}`, documented.schema).safeParse(body);
    if (!fits.success) return `${status} is not as documented: ${z.prettifyError(fits.error)}\n${sent}`;
    const contract = status < 400 ? contracts.answers.get(routeKey) : contracts.problem;
    const held = contract?.safeParse(body);
    return held?.success === false
      ? `${status} is not as its contract says: ${z.prettifyError(held.error)}\n${sent}`
      : null;
  };
};
