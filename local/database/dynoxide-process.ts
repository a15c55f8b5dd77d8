import { spawn } from 'node:child_process';
import { dynoxideBinary } from './dynoxide-binary.ts';

const START_TIMEOUT_MS = 30_000;

/** The service's own calls give up after 2 s (shared/aws/dynamo-client.ts): a database this late hangs. */
const CALL_TIMEOUT_MS = 10_000;

/** After its input has ended, it writes the log into the file and exits. */
const STOP_TIMEOUT_MS = 5_000;

const LAST_WORDS_MAX_CHARS = 2_000;

const MCP_VERSION = '2025-03-26';

/** What the database answers to one call: JSON, as DynamoDB's own answer is, or an error. */
export type ToolAnswer = { ok: true; json: string } | { ok: false; errorType: string; message: string };

/** The process has ended; the message says how, with the end of what it wrote to standard error. */
export class DynoxideEnded extends Error {
  override readonly name = 'DynoxideEnded';

  readonly how: string;

  constructor(how: string) {
    super(`The embedded database ended (${how}).`);
    this.how = how;
  }
}

/** A running database, which this process alone can reach. */
export interface DynoxideProcess {
  /**
   * Calls one of its tools (`put_item`).
   *
   * @throws DynoxideEnded, where the outcome is unknown
   */
  callTool(name: string, toolArguments: Record<string, unknown>): Promise<ToolAnswer>;
  /** Resolves once it has ended: how, and the end of what it wrote to standard error. */
  ended: Promise<string>;
  /** Ends it, by force where it doesn't end by itself. */
  stop(): Promise<void>;
}

/** A response of JSON-RPC 2.0 to `tools/call`, and the tool's own error as its text. */
interface RpcResponse {
  id?: number;
  result?: { content?: { text?: string }[]; isError?: boolean };
  error?: { message: string };
}

const toolAnswer = ({ result, error }: RpcResponse): ToolAnswer => {
  if (error) return { ok: false, errorType: 'ValidationException', message: error.message };
  const json = result?.content?.[0]?.text ?? '{}';
  if (!result?.isError) return { ok: true, json };
  const { error_type: errorType, message } = JSON.parse(json) as { error_type: string; message: string };
  return { ok: false, errorType, message };
};

/** Splits at line feeds only: node:readline also splits at U+2028, which JSON strings may contain. */
const makeLineSplitter = (take: (line: string) => void) => {
  let unfinished: string[] = [];
  return (chunk: string): void => {
    const [first = '', ...others] = chunk.split('\n');
    unfinished.push(first);
    for (const next of others) {
      const line = unfinished.join('');
      unfinished = [next];
      if (line !== '') take(line);
    }
  };
};

/**
 * Starts the database on a file. Its HTTP server takes any signature on a TCP port and answers CORS requests of every origin,
 * so it is not used: the calls go through the process's standard input and output, as the Model Context Protocol's stdio
 * transport has it. A pipe has no address that a web page or another user could connect to, and the database ends when the
 * pipe closes, however this process ends.
 *
 * @throws NoEmbeddedDynamo, DynoxideEnded
 * @see https://modelcontextprotocol.io/specification/2025-03-26/basic/transports#stdio
 */
export const startDynoxide = async (databaseFile: string): Promise<DynoxideProcess> => {
  const child = spawn(dynoxideBinary(), ['mcp', '--db-path', databaseFile], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // a group of its own: Ctrl-C in the terminal is ours to handle, and the database outlives the last write
    env: {}, // nothing of the shell's: a log level could make it print rows
  });
  const waiting = new Map<number, PromiseWithResolvers<RpcResponse>>();
  let lastId = 0;
  let lastWords = '';
  let endedBecause: string | null = null;

  const ended = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      if (endedBecause !== null) return;
      endedBecause = lastWords.trim() === '' ? how : `${how}: ${lastWords.trim()}`;
      for (const { reject } of waiting.values()) reject(new DynoxideEnded(endedBecause));
      waiting.clear();
      resolve(endedBecause);
    };
    child.once('error', (error) => end(error.message)); // it could not be started at all
    child.once('close', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
  });

  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_MAX_CHARS);
  });
  child.stdin.on('error', () => undefined); // it has ended, which `close` tells
  child.stdout.setEncoding('utf8').on(
    'data',
    makeLineSplitter((line) => {
      const response = JSON.parse(line) as RpcResponse;
      waiting.get(response.id ?? 0)?.resolve(response);
      waiting.delete(response.id ?? 0);
    }),
  );

  const send = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

  const request = async (method: string, params: object, timeoutMs: number): Promise<RpcResponse> => {
    if (endedBecause !== null) throw new DynoxideEnded(endedBecause);
    lastId += 1;
    const answer = Promise.withResolvers<RpcResponse>();
    waiting.set(lastId, answer);
    const timer = setTimeout(() => {
      lastWords += `\nno answer within ${timeoutMs / 1000} s`;
      child.kill('SIGKILL');
    }, timeoutMs);
    send({ id: lastId, method, params });
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
    }
  };

  await request(
    'initialize',
    { protocolVersion: MCP_VERSION, capabilities: {}, clientInfo: { name: 'keyturn', version: '1' } },
    START_TIMEOUT_MS,
  );
  send({ method: 'notifications/initialized' });

  return {
    ended,
    callTool: async (name, toolArguments) =>
      toolAnswer(await request('tools/call', { name, arguments: toolArguments }, CALL_TIMEOUT_MS)),
    stop: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      child.stdin.end();
      await ended;
      clearTimeout(timer);
    },
  };
};
