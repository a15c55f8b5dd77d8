import type { LogEvent } from './log-events.ts';
import { LOG_FIELDS, type LogFields } from './log-fields.ts';
import { metricMembers } from './metrics.ts';

const ALLOWED = Object.keys(LOG_FIELDS) as readonly (keyof LogFields)[];

type LogLevel = 'info' | 'warn' | 'error';

/** Writes one JSON line for an event; where a metric is taken from the event, the line contains it. */
export type Log = (level: LogLevel, event: LogEvent, fields?: LogFields) => void;

/** Output and clock of a log. */
export interface LogOptions {
  /** Writes one line, without its line end. */
  write: (line: string) => void;
  /** Time of a line, in milliseconds of the epoch. */
  nowMs: () => number;
  /** CloudWatch namespace of its metrics, 1 to 255 characters. */
  metricsNamespace: string;
  /**
   * X-Ray's id of the current call, asked for each line; `null` if the call isn't traced. Left out where calls are
   * never traced.
   */
  traceId?: () => string | null;
  /** Published version of the function; left out where it isn't deployed. */
  version?: string | undefined;
}

/** Makes the log of a process. */
export const makeLog =
  ({ write, nowMs, metricsNamespace: namespace, traceId = () => null, version }: LogOptions): Log =>
  (level, event, told = {}) => {
    const trace_id = traceId();
    const fields: LogFields = {
      ...told,
      ...(version !== undefined && { version }),
      ...(trace_id !== null && { trace_id }),
    };
    const lineMs = nowMs();
    const line: Record<string, unknown> = { time: new Date(lineMs).toISOString(), level, event };
    for (const name of ALLOWED) if (fields[name] !== undefined) line[name] = fields[name];
    Object.assign(line, metricMembers({ event, fields, namespace, nowMs: lineMs }));
    // JSON.stringify escapes line ends, so a value can't forge a line (log injection, CWE-117).
    write(JSON.stringify(line));
  };
