import * as z from 'zod/mini';

/** Settings by name. Each is a getter that makes its schema, so that a function makes those of the settings that it reads and no others. */
export type SettingShape = Readonly<Record<string, z.core.$ZodType>>;

const shapes = new WeakMap<z.core.$ZodType, SettingShape>();

/**
 * A section of settings: what is left out has its default, and so has the whole section. Its settings' schemas are made once it is parsed, or
 * one by one through {@link shapeOf}: at a cold start the schemas of all settings would take as long as the rest of a function.
 */
export const section = <Shape extends SettingShape>(shape: Shape) => {
  const schema = z.prefault(z.strictObject(shape), {} as never);
  shapes.set(schema, shape);
  return schema;
};

/** The settings of a section. @returns `null` for what isn't one */
export const shapeOf = (schema: z.core.$ZodType): SettingShape | null => shapes.get(schema) ?? null;
