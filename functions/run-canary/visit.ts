import * as z from 'zod/mini';
import { PROBLEMS } from '../../shared/contract/problems.ts';
import { fetchBounded, UnusableAnswer } from '../../shared/lambda/outside-service.ts';
import type { Scope } from '../../shared/lambda/scope.ts';

/**
 * For one request, whole answer included, in milliseconds: the seven of a run end before its function's time is up, which infra/sizing.ts says.
 * @see Lambda developer guide, "Configure Lambda function timeout"
 */
const REQUEST_TIMEOUT_MS = 7000;

/** Far more than any of the answers has. */
const ANSWER_MAX_BYTES = 65_536;

/** A request of a client. */
interface Visit {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** Left out for a request without one. */
  body?: Readonly<Record<string, unknown>>;
  /** Left out for a caller who is not signed in. */
  accessToken?: string;
}

/** An answer of the service. */
export interface VisitAnswer {
  status: number;
  /** Parsed; `null` for an answer without a body. */
  body: unknown;
  /** Of a problem document, from the list of ours; `null` for anything else. */
  code: string | null;
}

/**
 * Makes a request to the service at its public address, as apps do.
 * @throws UnusableAnswer, TypeError of fetch, TimeoutError
 */
export type MakeVisit = (visit: Visit) => Promise<VisitAnswer>;

const problemDocument = z.object({ code: z.string() });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnusableAnswer(); // a page of something in between
  }
};

/** What is between may answer too, and its words are not for the log. */
const codeOf = (body: unknown): string | null => {
  const { code } = problemDocument.safeParse(body).data ?? {};
  return code !== undefined && Object.hasOwn(PROBLEMS, code) ? code : null;
};

const makeMakeVisit =
  (address: string): MakeVisit =>
  async ({ method, path, body, accessToken }) => {
    const { status, text } = await fetchBounded(`${address}${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      maxBytes: ANSWER_MAX_BYTES,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const answer = text === '' ? null : parsed(text);
    return { status, body: answer, code: codeOf(answer) };
  };

export const provideMakeVisit = ({ config: { canary } }: Scope): MakeVisit => {
  if (canary === null) throw new Error('the contract is not the canary');
  return makeMakeVisit(canary.address);
};
