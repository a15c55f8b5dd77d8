import type { ZodOpenApiOverride } from 'zod-openapi';

type JsonSchema = Parameters<ZodOpenApiOverride>[0]['jsonSchema'];

const isText = ({ type }: JsonSchema): boolean => type === 'string';

/** Whether all that is meant is a truth value: forms have only texts, so a contract takes its two words too. */
const isTruth = (options: readonly JsonSchema[]): boolean =>
  options.some(({ type }) => type === 'boolean') &&
  options.every(
    ({ type, enum: words = [] }) => type === 'boolean' || words.every((word) => /^(?:true|false)$/.test(`${word}`)),
  );

const isDigits = ({ type, pattern = '' }: JsonSchema): boolean => type === 'string' && pattern.startsWith('^\\d');

/** The whole number, where that is all that is meant: forms have only texts. */
const whole = (options: readonly JsonSchema[]): JsonSchema | null => {
  const number = options.find(({ type }) => type === 'integer');
  return number && options.every((one) => one === number || isDigits(one)) ? number : null;
};

/** Of several texts the widest: what is particular to one of them is for the service to say. */
const widest = (options: readonly JsonSchema[]): JsonSchema => {
  const lengths = options.map(({ maxLength }) => maxLength ?? 0);
  const { description } = options.find((one) => one.description !== undefined) ?? {};
  return {
    type: 'string',
    ...(Math.max(...lengths) > 0 && { maxLength: Math.max(...lengths) }),
    ...(description !== undefined && { description }),
  };
};

const isNull = ({ type }: JsonSchema): boolean => type === 'null';

/** A text that `null` clears, or leaves it so where it is in an answer. */
const clearable = ([text]: readonly JsonSchema[]): JsonSchema => ({ ...text, type: ['string', 'null'] as never });

/** What a member is, that has alternatives which are one thing to a client; `null` where they are several. */
const oneOf = (options: readonly JsonSchema[]): JsonSchema | null => {
  if (isTruth(options)) return { type: 'boolean' };
  if (options.every(isText)) return widest(options);
  return options.length === 2 && options.some(isNull) && options.some(isText) ? clearable(options) : whole(options);
};

/** An alternative that is one thing to a client becomes it. */
const withoutAlternatives = (schema: JsonSchema): void => {
  const options = schema.anyOf;
  if (!options) return;
  const one = oneOf(options);
  if (!one) return;
  delete schema.anyOf;
  Object.assign(schema, { ...one, ...schema });
};

/** Apps in people's hands meet values and members that a later release adds; generated decoders refuse those of a closed list. */
const opened = (schema: JsonSchema): void => {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  const known = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  if (known.length === 0) return;
  delete schema.enum;
  delete schema.const;
  if (!isText(schema)) return; // `true` alone is a boolean
  const values = `Known values: ${known.join(', ')}. Others may come.`;
  Object.assign(schema, {
    description: schema.description ? `${schema.description} ${values}` : values,
    'x-extensible-enum': known,
  });
};

/**
 * Makes of a contract's schema what the generators of clients all read right (docs/adr/0047): requests stay as strict as the service is,
 * answers are open.
 */
export const plainSchema: ZodOpenApiOverride = ({ jsonSchema, io }) => {
  if (jsonSchema.propertyNames) delete jsonSchema.propertyNames; // every name is a text
  if (io === 'output') opened(jsonSchema);
  else withoutAlternatives(jsonSchema);
};
