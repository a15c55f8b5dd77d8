import type { Grant } from './grants.ts';

/** A call that a function was allowed. */
export interface Use {
  action: string;
  /** An ARN. */
  resource: string;
  /** First words of the rows' keys. */
  words: readonly string[];
}

/** Whether a call may have needed a grant. Resources of grants that are not about rows have patterns, and are not compared. */
export const isUseOf = ({ action, resource, firstWord }: Grant, use: Use): boolean =>
  use.action === action && (firstWord === null || (use.resource === resource && use.words.includes(firstWord)));
