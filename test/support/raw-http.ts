import { connect } from 'node:net';

/** An answer as read from the wire. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** A request as lines, sent byte for byte, except for host and length. */
export interface RawRequest {
  /** `POST /account/recovery` */
  line: string;
  headers: readonly string[];
  body?: string | Buffer;
}

const parse = (bytes: Buffer): RawAnswer => {
  const end = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = bytes.subarray(end + 4);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text: headers['transfer-encoding'] === 'chunked' ? dechunk(body) : body.toString(),
  };
};

const dechunk = (body: Buffer): string => {
  let text = '';
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.subarray(at, lineEnd).toString(), 16);
    if (!length) break;
    text += body.subarray(lineEnd + 2, lineEnd + 2 + length).toString();
    at = lineEnd + 2 + length + 2;
  }
  return text;
};

/**
 * Sends one request over a connection of its own.
 *
 * @param localAddress any 127.x.y.z: the client's address as a service on this machine sees it
 */
export const sendRaw = (
  url: string,
  { line, headers, body }: RawRequest,
  localAddress = '127.0.0.1',
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(url);
    const payload = body === undefined ? Buffer.alloc(0) : Buffer.from(body);
    const length = body === undefined ? [] : [`content-length: ${payload.length}`];
    const head = [`${line} HTTP/1.1`, ...headers, ...length, `host: ${host}`, 'connection: close', '', ''].join('\r\n');
    const parts: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), localAddress }, () =>
      socket.write(Buffer.concat([Buffer.from(head), payload])),
    );
    socket.on('data', (part) => parts.push(part));
    socket.on('end', () => resolve(parse(Buffer.concat(parts))));
    socket.on('error', reject);
  });
