import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import type { Contract } from '../contract/contract.ts';
import { functionSettings } from './function-settings.ts';
import { parseSettingsBy } from './parse-settings-by.ts';
import { type SettingShape, shapeOf } from './section.ts';
import type { SettingName, SettingsOf } from './setting-names.ts';
import type { Settings } from './settings.ts';

/** What the layer around every flow over HTTP reads. */
const HTTP_SETTINGS = [
  'allowedOrigins',
  'allowedRequestHeaders',
  'deployment.edge.enabled',
  'deployment.edge.viewerCountry',
  'publicUrl',
] as const satisfies SettingName[];

export type HttpSetting = (typeof HTTP_SETTINGS)[number];

/** The settings of a function by its contract: what the contract names, and what the layer around it reads. */
export type SettingOf<Of> =
  | (Of extends { settings?: readonly (infer Setting)[] } ? Setting & SettingName : never)
  | (Of extends { trigger: 'http' } ? HttpSetting : never);

const namesOf = ({ trigger, settings = [] }: Contract): readonly string[] =>
  trigger === 'http' ? [...HTTP_SETTINGS, ...settings] : settings;

/** The first parts of names, each with what follows it; with `null` where the whole section is meant. */
const sectionsOf = (names: readonly string[]): Map<string, string[] | null> => {
  const sections = new Map<string, string[] | null>();
  for (const name of names) {
    const [key = '', ...rest] = name.split('.');
    const below = sections.get(key);
    if (rest.length === 0) sections.set(key, null);
    else if (below !== null) sections.set(key, [...(below ?? []), rest.join('.')]);
  }
  return sections;
};

/** A section's own schema: settings that may be left out are wrapped. */
const unwrapped = (schema: z.core.$ZodType): z.core.$ZodType => {
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType };
  return innerType ? unwrapped(innerType) : schema;
};

const schemaOf = (shape: SettingShape, names: readonly string[]): z.ZodMiniObject => {
  const fields = [...sectionsOf(names)].map(([key, below]) => {
    const schema = shape[key];
    if (!schema) throw new Error(`there is no setting ${key}; see shared/settings/settings.ts`);
    return [key, below ? z.prefault(schemaOf(shapeOf(schema) ?? {}, below), {}) : schema] as const;
  });
  return z.object(Object.fromEntries(fields));
};

/**
 * The settings that a function is given, out of more; what is left out has its default.
 *
 * @throws SettingsRefused as parseSettings does, and Error for a contract that names a setting that there isn't
 */
export const settingsFor = <Of extends Contract>(contract: Of, given: unknown): SettingsOf<SettingOf<Of>> =>
  parseSettingsBy(schemaOf(functionSettings, namesOf(contract)), given) as SettingsOf<SettingOf<Of>>;

/** What differs from the defaults, setting by setting. @returns `undefined` where nothing does */
const differences = (schema: z.core.$ZodType, given: unknown, standard: unknown): unknown => {
  const { type, shape } = schema._zod.def as { type: string; shape?: Record<string, z.core.$ZodType> };
  // A setting with a default is given whole or not at all, also where it is an object; a section has settings of its own.
  const section = type === 'prefault' ? unwrapped(schema) : schema;
  const settings = shape ?? (type === 'prefault' ? (section._zod.def as { shape?: typeof shape }).shape : undefined);
  if (settings === undefined) return isDeepStrictEqual(given, standard) ? undefined : given;
  const of = (value: unknown, key: string): unknown => (value as Record<string, unknown>)[key];
  const different = Object.entries(settings)
    .map(([key, setting]) => [key, differences(setting, of(given, key), of(standard, key))] as const)
    .filter(([, difference]) => difference !== undefined);
  return different.length === 0 ? undefined : Object.fromEntries(different);
};

/**
 * The settings that infra puts into a function's environment: what differs from the defaults. While a function is updated or rolled
 * back, its code and its environment change one after the other, and a process that starts in between has the code of one release
 * and the environment of another. That release refuses a setting that it doesn't know, so a new setting is not there until
 * an operator sets it. The three settings without a default always are: release 0.1.0 reads all settings in every function.
 *
 * @throws SettingsRefused, Error as {@link settingsFor} does
 */
export const environmentSettings = (contract: Contract, settings: Settings): object => {
  const { productName, sender, publicUrl } = settings;
  const schema = schemaOf(functionSettings, namesOf(contract));
  const required = { productName, sender, publicUrl };
  const different = differences(schema, parseSettingsBy(schema, settings), parseSettingsBy(schema, required));
  return { ...required, ...(different as object | undefined) };
};
