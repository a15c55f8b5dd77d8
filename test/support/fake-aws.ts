import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type silence, startFakeServer } from './fake-server.ts';

/** A call, as it came. */
export interface AwsCall {
  operation: string;
  /** Of the signature. */
  service: string;
  region: string;
  input: Readonly<Record<string, unknown>>;
}

/** What an operation is answered: a body with its status, or nothing at all. */
export type AwsAnswer = { status?: number; body: string; headers?: Record<string, string> } | typeof silence;

/** Answers of operations, by their names. */
export type AwsAnswers = Readonly<Record<string, (input: AwsCall['input']) => AwsAnswer>>;

/** `AWS4-HMAC-SHA256 Credential=<id>/<day>/<region>/<service>/aws4_request, …` @see AWS Signature Version 4 */
const SCOPE =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\/([a-z-]+)\/aws4_request, SignedHeaders=host;x-amz-date\S*, Signature=[0-9a-f]{64}$/;

/** Operations of the REST protocol, by their path; what stands in a query is input too. */
const ROUTES: readonly (readonly [operation: string, path: RegExp])[] = [
  ['GetAccountSettings', /^\/2016-08-19\/account-settings$/],
  ['GetFunctionConfiguration', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/configuration$/],
  ['GetEventSourceMapping', /^\/2015-03-31\/event-source-mappings\/(?<UUID>[^/]+)$/],
  ['GetAccount', /^\/v2\/email\/account$/],
  ['GetEmailIdentity', /^\/v2\/email\/identities\/(?<EmailIdentity>[^/]+)$/],
];

const operationIn = async (request: IncomingMessage): Promise<Pick<AwsCall, 'operation' | 'input'>> => {
  const body = (await buffer(request)).toString();
  const { 'x-amz-target': target } = request.headers;
  if (typeof target === 'string') return { operation: target.split('.')[1] ?? '', input: JSON.parse(body) };
  if (request.method === 'POST') {
    const { Action = '', Version, ...input } = Object.fromEntries(new URLSearchParams(body));
    return { operation: Version === undefined ? '' : Action, input };
  }
  const [asked = '', query = ''] = (request.url ?? '').split('?');
  for (const [operation, path] of ROUTES) {
    const found = path.exec(asked);
    if (found) {
      const parts = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { operation, input: Object.fromEntries([...parts, ...new URLSearchParams(query)]) };
    }
  }
  return { operation: '', input: {} };
};

/** An error of the JSON protocols. @see Smithy, "AWS JSON 1.1 protocol" */
export const jsonError = (code: string, message = '', status = 400): AwsAnswer => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.example#${code}`, message }),
});

/** An error of REST services, which say its name in a header. */
export const restError = (code: string, message = '', status = 400): AwsAnswer => ({
  status,
  headers: { 'x-amzn-errortype': `${code}:http://internal.amazon.com/coral/com.amazon.coral.service/` },
  body: JSON.stringify({ message }),
});

/** An error of the query protocol. */
export const queryError = (code: string, message = '', status = 400): AwsAnswer => ({
  status,
  body: `<ErrorResponse xmlns="http://example.amazonaws.com/doc/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});

/** A server that speaks for all of AWS's services, in their three protocols. What it has no answer for is refused as AWS refuses it. */
export const startFakeAws = async () => {
  const calls: AwsCall[] = [];
  let answers: AwsAnswers = {};

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { operation, input } = await operationIn(request);
    const [, region = '', service = ''] = SCOPE.exec(String(request.headers.authorization)) ?? [];
    calls.push({ operation, service, region, input });
    const answer = answers[operation]?.(input) ?? jsonError('UnknownOperationException');
    if (typeof answer === 'function') return answer(response);
    const { status = 200, body, headers = {} } = answer;
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  };
  const server = await startFakeServer((request, response) => void handle(request, response));

  return {
    ...server,
    calls,
    /** Forgets what came before. */
    answerWith: (next: AwsAnswers): void => {
      calls.length = 0;
      answers = next;
    },
  };
};
