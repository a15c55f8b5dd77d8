import * as z from 'zod/mini';

interface Referring {
  $ref?: string;
  $defs?: Record<string, Referring>;
}

/** A contract's schema as JSON Schema, with parts that have a name in their places. */
export const plainJsonSchema = <Wanted>(schema: z.ZodMiniType, io: 'input' | 'output'): Wanted => {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Referring;
  const inPlace = (_: string, value: unknown): unknown => {
    const name = (value as Referring | null)?.$ref?.replace('#/$defs/', '');
    return name === undefined ? value : $defs[name];
  };
  return JSON.parse(JSON.stringify(root, inPlace)) as Wanted;
};
