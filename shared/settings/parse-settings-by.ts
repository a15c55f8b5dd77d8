import * as z from 'zod/mini';
import { functionSettings } from './function-settings.ts';
import { SettingsRefused } from './settings-refused.ts';

const REQUIRED_KEYS = 'productName, sender and publicUrl';

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);

const whatIsAllowed = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'too_small':
      return `must be at least ${issue.minimum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'invalid_type':
      if (issue.path.length === 0) return `must be an object with ${REQUIRED_KEYS}; see shared/settings/settings.ts`;
      return `must be of type ${issue.expected}`;
    case 'unrecognized_keys':
      return `has no key ${issue.keys.join(', ')}; see shared/settings/settings.ts for the keys there are`;
    default:
      return issue.message;
  }
};

/** Explains a missing required key. */
const whatIsMissing = ([key]: readonly PropertyKey[]): string | undefined => {
  const shape: Readonly<Record<PropertyKey, z.core.$ZodType | undefined>> = functionSettings;
  const field = key === undefined ? undefined : shape[key];
  return field && z.globalRegistry.get(field)?.description;
};

/** Reads settings by their schema or a part of it. @throws SettingsRefused that names each wrong key, its value and what is allowed */
export const parseSettingsBy = <Schema extends z.ZodMiniType>(schema: Schema, raw: unknown): z.infer<Schema> => {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw new SettingsRefused(
    result.error.issues.map((issue) => {
      const value = valueAt(raw, issue.path);
      const missing = value === undefined && issue.path.length === 1 ? whatIsMissing(issue.path) : undefined;
      return { path: issue.path, value, allowed: missing ?? whatIsAllowed(issue) };
    }),
  );
};
