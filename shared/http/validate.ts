import type * as z from 'zod/mini';
import type { FieldErrorCode, saying } from '../contract/field-errors.ts';
import { type FieldError, problem } from '../contract/problems.ts';
import { fieldName } from './body.ts';

const present = (value: unknown, path: readonly PropertyKey[]): boolean =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value) !== undefined;

const codeOf = (issue: z.core.$ZodIssue, body: unknown): FieldErrorCode => {
  switch (issue.code) {
    case 'invalid_type':
      return present(body, issue.path) ? 'wrong-type' : 'required';
    case 'too_small':
      return 'too-short';
    case 'too_big':
      return 'too-long';
    case 'invalid_union':
      return 'wrong-type';
    case 'custom':
      return (issue.params as Partial<ReturnType<typeof saying>['params']> | undefined)?.fieldCode ?? 'invalid';
    default:
      return 'invalid';
  }
};

const fieldErrors = (issues: readonly z.core.$ZodIssue[], body: unknown): FieldError[] =>
  issues.flatMap((issue) => {
    const path = issue.path.map((part) => fieldName(String(part)));
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: [...path, fieldName(key)].join('.'), code: 'unknown-field' as const }))
      : [{ field: path.join('.'), code: codeOf(issue, body) }];
  });

/**
 * Validates a body.
 *
 * @throws problem invalid-request, with every invalid field and none of its values
 */
export const validate = <Schema extends z.ZodMiniType>(schema: Schema, body: unknown): z.infer<Schema> => {
  const result = schema.safeParse(body);
  if (!result.success) throw problem('invalid-request', { errors: fieldErrors(result.error.issues, body) });
  return result.data;
};
