import type { Route } from '../../shared/contract/contract.ts';
import examples from './examples.json' with { type: 'json' };

/** Bodies as they were sent and answered; absent where there is none. */
export interface Example {
  /** The request's name in the catalogue of good requests. */
  name: string;
  request?: unknown;
  answer?: unknown;
}

/**
 * The examples of a route's request or answer, as a media type has them: recorded from the catalogue of good requests by
 * `npm run examples`.
 */
export const examplesOf = ({ method, path }: Route, body: 'request' | 'answer') => {
  const recorded = (examples as Readonly<Record<string, readonly Example[]>>)[`${method} ${path}`] ?? [];
  const values = recorded
    .filter((one) => one[body] !== undefined)
    .map(({ name, ...one }) => [name, one[body]] as const);
  const named = values.map(([name, value]) => [
    name.replaceAll(/[^a-z]+/gi, '-').replace(/-$/, ''),
    { summary: name, value },
  ]);
  return named.length > 0 ? { examples: Object.fromEntries(named) } : {};
};
