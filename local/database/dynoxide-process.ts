import { spawn } from 'node:child_process';
import { dynoxideBinary } from './dynoxide-binary.ts';

const START_TIMEOUT_MS = 30_000;

/** The service's own calls time out after 2 s (shared/aws/dynamo-client.ts), so a database that takes longer hangs. */
const CALL_TIMEOUT_MS = 10_000;

/** At the end of its input the database writes its log into the file and exits. */
const STOP_TIMEOUT_MS = 5_000;

const LAST_WORDS_MAX_CHARS = 2_000;

const MCP_VERSION = '2025-03-26';

/** Answer to one call: DynamoDB's JSON, or an error. */
export type ToolAnswer = { ok: true; json: string } | { ok: false; errorType: string; message: string };

/** The process has ended; the message holds its status and the end of its standard error. */
export class DynoxideEnded extends Error {
  override readonly name = 'DynoxideEnded';

  readonly how: string;

  constructor(how: string) {
    super(`The embedded database ended (${how}).`);
    this.how = how;
  }
}

/** A running database that only this process can reach. */
export interface DynoxideProcess {
  /**
   * Calls a tool of the database (`put_item`).
   *
   * @throws DynoxideEnded, where the outcome is unknown
   */
  callTool(name: string, toolArguments: Record<string, unknown>): Promise<ToolAnswer>;
  /** Resolves at the end of the process, with its status and the end of its standard error. */
  ended: Promise<string>;
  /** Ends the process, by SIGKILL after a timeout. */
  stop(): Promise<void>;
}

/** JSON-RPC 2.0 response to `tools/call`; a tool's error is in its text. */
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
 * Starts the database on a file. Its HTTP server accepts any signature on a TCP port and answers CORS requests of every
 * origin, so it is not used. Calls go through standard input and output, as in the Model Context Protocol's stdio
 * transport: web pages and other users can't connect to a pipe, and the database ends when the pipe closes, even if
 * this process is killed.
 *
 * @throws NoEmbeddedDynamo, DynoxideEnded
 * @see https://modelcontextprotocol.io/specification/2025-03-26/basic/transports#stdio
 */
export const startDynoxide = async (databaseFile: string): Promise<DynoxideProcess> => {
  const child = spawn(dynoxideBinary(), ['mcp', '--db-path', databaseFile], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // own process group: Ctrl-C reaches this process only, which stops the database after the last write
    env: {}, // empty: a log level in the shell could make it print rows
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
    child.once('error', (error) => end(error.message)); // it could not be started
    child.once('close', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
  });

  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_MAX_CHARS);
  });
  child.stdin.on('error', () => undefined); // `close` reports the end
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
