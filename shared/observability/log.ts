import type { LogEvent } from './log-events.ts';
import { LOG_FIELDS, type LogFields } from './log-fields.ts';
import { metricMembers } from './metrics.ts';

const ALLOWED = Object.keys(LOG_FIELDS) as readonly (keyof LogFields)[];

type LogLevel = 'info' | 'warn' | 'error';

/** Writes one JSON line for one event; where the event counts as a metric, the line is that metric too. */
export type Log = (level: LogLevel, event: LogEvent, fields?: LogFields) => void;

/** Where a log writes. */
export interface LogOptions {
  /** Takes one line without its end. */
  write: (line: string) => void;
  /** The instant of a line, in milliseconds of the epoch. */
  nowMs: () => number;
  /** The CloudWatch namespace of the metrics in it, 1 to 255 characters. */
  metricsNamespace: string;
  /** X-Ray's id of the call that a line belongs to, asked for each line; `null` where it isn't traced. Absent where no call ever is. */
  traceId?: () => string | null;
}

/** Makes the log of a process. */
export const makeLog =
  ({ write, nowMs, metricsNamespace: namespace, traceId = () => null }: LogOptions): Log =>
  (level, event, told = {}) => {
    const trace_id = traceId();
    const fields: LogFields = { ...told, ...(trace_id !== null && { trace_id }) };
    const lineMs = nowMs();
    const line: Record<string, unknown> = { time: new Date(lineMs).toISOString(), level, event };
    for (const name of ALLOWED) if (fields[name] !== undefined) line[name] = fields[name];
    Object.assign(line, metricMembers({ event, fields, namespace, nowMs: lineMs }));
    // JSON.stringify escapes line ends: no value can begin a line of its own.
    write(JSON.stringify(line));
  };
