import type { Route } from '../../shared/contract/contract.ts';
import examples from './examples.json' with { type: 'json' };

/** Bodies of a route as they were sent and answered; absent where it has none. */
export interface Example {
  request?: unknown;
  answer?: unknown;
}

/** The example of a route (`npm run examples`). */
export const exampleOf = ({ method, path }: Pick<Route, 'method' | 'path'>): Example =>
  (examples as Readonly<Record<string, Example>>)[`${method} ${path}`] ?? {};
