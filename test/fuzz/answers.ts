import * as z from 'zod';
import { loadEvent } from '../support/load-event.ts';
import type { Answer, World } from '../support/world.ts';

type JsonSchema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

type MediaTypes = Record<string, { schema: JsonSchema }>;

interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, { content?: MediaTypes }> }>>;
  components: { schemas: NonNullable<JsonSchema['$defs']> };
}

/** Marks of our own inside, which no answer may show: a trace, a table's key, a hash, a module. */
const INSIDES =
  /\n\s+at |node_modules|\.ts:\d|ACCOUNT#|RECOVERY#|SIGN_UP#|VERIFICATION#|\$argon2|ConditionalCheck|AWSError/;

/**
 * Reads what each answer is held against: the OpenAPI document, as the service itself publishes it.
 *
 * @returns says what is wrong with an answer; `null` where nothing is
 */
export const readDocument = async (
  world: World,
): Promise<(routeKey: string, answer: Answer, isBrowser: boolean) => string | null> => {
  const { text } = await world.call('describe-service', loadEvent('describe-service/openapi'));
  const { paths, components } = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as OpenApi;
  const compiled = new Map<string, z.ZodType>();

  const schemaOf = (key: string, schema: JsonSchema): z.ZodType => {
    const known = compiled.get(key) ?? z.fromJSONSchema({ ...schema, $defs: components.schemas });
    compiled.set(key, known);
    return known;
  };

  return (routeKey, { status, headers, body, text: sent }, isBrowser) => {
    if (status >= 500) return `${status} ${sent}`;
    if (INSIDES.test(sent)) return `an answer that shows the inside: ${sent}`;
    // A form that a browser sent without a script is led back to its page; no other client is (shared/http).
    if (status === 303)
      return isBrowser && headers.location?.startsWith('/ui/') ? null : `a redirect to ${headers.location}`;
    const [method = '', path = ''] = routeKey.split(' ');
    const response = paths[path.replace('+}', '}')]?.[method.toLowerCase()]?.responses[status];
    if (!response) return `the document knows no ${status}: ${sent}`;
    const { content } = response;
    if (!content) return sent === '' ? null : `a body where there is none: ${sent}`;
    const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
    const documented = content[mediaType];
    // Pages and what they load are documented as text of one type.
    if (!documented)
      return routeKey.includes('/ui/') && status === 200 ? null : `the document knows no ${mediaType} with ${status}`;
    if (!mediaType.includes('json')) return null;
    const fits = schemaOf(`${routeKey} ${status}`, documented.schema).safeParse(body);
    return fits.success ? null : `${status} is not as documented: ${z.prettifyError(fits.error)}\n${sent}`;
  };
};
