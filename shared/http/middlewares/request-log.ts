import { Problem } from '../../contract/problems.ts';
import type { Log } from '../../observability/log.ts';
import type { Clock } from '../../primitives/clock.ts';
import { errorName } from '../../primitives/error-name.ts';
import type { ContextMiddleware, ContextRequest } from './request-context.ts';

/** Logs one line for each request: method and path, outcome, duration. */
export const requestLog = ({ flow, clock, log }: { flow: string; clock: Clock; log: Log }): ContextMiddleware => {
  let coldStart = true;

  const line = ({ internal, response, error }: ContextRequest): void => {
    const status = response?.statusCode ?? 500;
    log(status >= 500 ? 'error' : 'info', 'request', {
      flow,
      request_id: internal.received.requestContext.requestId,
      status,
      duration_ms: clock.nowMs() - internal.startedAtMs,
      ...(internal.accountId && { account_id: internal.accountId }),
      ...(internal.signedBy && { signed_by: internal.signedBy }),
      ...(error instanceof Problem && { code: error.code }),
      ...(error && !(error instanceof Problem) && { error_name: errorName(error) }),
      ...(internal.coldStart && { cold_start: true }),
    });
  };

  return {
    before: ({ event, internal }) => {
      internal.received = event as ContextRequest['internal']['received'];
      internal.startedAtMs = clock.nowMs();
      internal.coldStart = coldStart;
      coldStart = false;
    },
    after: line,
    onError: line,
  };
};
