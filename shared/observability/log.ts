/** The fields that may be in a log line. Nothing else can get there: no body, no header, no address, no token. */
export interface LogFields {
  flow?: string;
  request_id?: string;
  account_id?: string;
  session_id?: string;
  intent_id?: string;
  /** Keyed hash of an identifier or a source, never the thing itself. */
  identifier_hash?: string;
  source_hash?: string;
  outcome?: string;
  code?: string;
  status?: number;
  duration_ms?: number;
  cold_start?: boolean;
  attempts?: number;
  /** The class of an error; its message can echo what was in a request. */
  error_name?: string;
}

const ALLOWED: readonly (keyof LogFields)[] = [
  'flow',
  'request_id',
  'account_id',
  'session_id',
  'intent_id',
  'identifier_hash',
  'source_hash',
  'outcome',
  'code',
  'status',
  'duration_ms',
  'cold_start',
  'attempts',
  'error_name',
];

export type LogLevel = 'info' | 'warn' | 'error';

/** Writes one JSON line for one event. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

/**
 * Makes the log of a process.
 *
 * @param write takes one line without its end
 * @param now the instant of a line, RFC 3339
 */
export const makeLog =
  ({ write, nowMs }: { write: (line: string) => void; nowMs: () => number }): Log =>
  (level, event, fields = {}) => {
    const allowed = ALLOWED.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]);
    // JSON.stringify escapes line ends: no value can begin a line of its own.
    write(JSON.stringify({ time: new Date(nowMs()).toISOString(), level, event, ...Object.fromEntries(allowed) }));
  };

/** An error's name, and nothing of what it says. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
