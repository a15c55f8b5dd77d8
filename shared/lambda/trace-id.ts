/** X-Ray's header: the id of the trace, and that it is kept. A caller can send one too, so only the form of an id is taken. */
const KEPT_TRACE = /^(?=.*\bSampled=1\b).*\bRoot=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/;

/**
 * The id of the trace that a call of a function is part of, as X-Ray's console finds it; `null` where none is kept.
 *
 * @param environment where Lambda's runtime leaves the header anew for each call, so it is read for each line
 * @see AWS Lambda developer guide, "Defined runtime environment variables"; X-Ray developer guide, "Tracing header"
 */
export const traceIdIn = ({ _X_AMZN_TRACE_ID: header = '' }: NodeJS.ProcessEnv): string | null =>
  KEPT_TRACE.exec(header)?.[1] ?? null;
