import * as z from 'zod/mini';
import type { HttpContract, Route } from '../../shared/contract/contract.ts';

/** What of a JSON schema such a walk looks at. */
interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

/** The places of a schema where text may be: `address.locality`; an array is passed through. */
const textPlaces = (schema: JsonSchema, path: readonly string[] = []): string[][] => [
  ...(schema.type === 'string' ? [[...path]] : []),
  ...(schema.anyOf ?? []).flatMap((one) => textPlaces(one, path)),
  ...(schema.items ? textPlaces(schema.items, path) : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => textPlaces(inner, [...path, name])),
];

const placesOf = (schema: z.ZodMiniType | undefined, io: 'input' | 'output'): string[][] =>
  schema ? textPlaces(z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema) : [];

/** Every place of a route's request where text may be. */
export const requestTextPlaces = ({ contract, route }: { contract: HttpContract; route: Route }): string[][] =>
  route.accepts ? placesOf(contract.request, 'input') : [];

/** Every place of a route's answer where text may be. */
export const answerTextPlaces = ({ contract, route }: { contract: HttpContract; route: Route }): string[][] =>
  placesOf(route.answer ?? contract.answer, 'output');

/** A body with text at one place. */
export const putAt = ([head = '', ...rest]: readonly string[], value: string): Record<string, unknown> => ({
  [head]: rest.length === 0 ? value : putAt(rest, value),
});
