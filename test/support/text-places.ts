import type * as z from 'zod/mini';
import type { HttpContract, Route } from '../../shared/contract/contract.ts';
import { plainJsonSchema } from './plain-json-schema.ts';

/** The parts of a JSON schema that the walk reads. */
interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

/** Paths of a schema's text members: `address.locality`; arrays are passed through. */
const textPlaces = (schema: JsonSchema, path: readonly string[] = []): string[][] => [
  ...(schema.type === 'string' ? [[...path]] : []),
  ...(schema.anyOf ?? []).flatMap((one) => textPlaces(one, path)),
  ...(schema.items ? textPlaces(schema.items, path) : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => textPlaces(inner, [...path, name])),
];

const placesOf = (schema: z.ZodMiniType | undefined, io: 'input' | 'output'): string[][] =>
  schema ? textPlaces(plainJsonSchema<JsonSchema>(schema, io)) : [];

/** Paths of all text members of a route's request. */
export const requestTextPlaces = ({ contract, route }: { contract: HttpContract; route: Route }): string[][] =>
  route.accepts ? placesOf(contract.request, 'input') : [];

/** Paths of all text members of a route's answer. */
export const answerTextPlaces = ({ contract, route }: { contract: HttpContract; route: Route }): string[][] =>
  placesOf(route.answer ?? contract.answer, 'output');

/** A body with a text at one path. */
export const putAt = ([head = '', ...rest]: readonly string[], value: string): Record<string, unknown> => ({
  [head]: rest.length === 0 ? value : putAt(rest, value),
});
