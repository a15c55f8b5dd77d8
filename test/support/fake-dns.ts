import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

/** @see RFC 1035 §3.2.2; RFC 3596 §2.1 */
const TYPES = { A: 1, CNAME: 5, MX: 15, TXT: 16, AAAA: 28 } as const;
type RecordType = keyof typeof TYPES;

/** Records by type and name, such as `TXT _dmarc.example.com`; as they are written in a zone. */
export type Zone = Readonly<Record<string, readonly string[]>>;

/** @see RFC 1035 §3.1 */
const encodeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);

const encodeData = (type: RecordType, text: string): Buffer => {
  if (type === 'A') return Buffer.from(text.split('.').map(Number));
  if (type === 'TXT') {
    const parts = text.match(/.{1,255}/gs) ?? [''];
    return Buffer.concat(parts.map((part) => Buffer.concat([Buffer.from([part.length]), Buffer.from(part)])));
  }
  if (type === 'MX') {
    const [priority = '0', host = ''] = text.split(' ');
    return Buffer.concat([Buffer.from([0, Number(priority)]), encodeName(host)]);
  }
  if (type === 'CNAME') return encodeName(text);
  throw new Error('the tests have no IPv6');
};

/** The name and type that are asked for. @see RFC 1035 §4.1.2 */
const questionIn = (query: Buffer): { name: string; type: number; end: number } => {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString());
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
};

const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;

/** Starts a name server for one zone, over UDP. `null` in the place of a zone fails every question. */
export const startFakeDns = async () => {
  let zone: Zone | null = {};
  const socket = createSocket('udp4');
  socket.on('message', (query: Buffer, { port, address }: RemoteInfo) => {
    const { name, type, end } = questionIn(query);
    const word = (Object.keys(TYPES) as RecordType[]).find((one) => TYPES[one] === type) ?? 'TXT';
    const records = zone?.[`${word} ${name}`] ?? [];
    const exists = Object.keys(zone ?? {}).some((key) => key.endsWith(` ${name}`));
    const code = zone === null ? SERVER_FAILURE : exists ? 0 : NO_SUCH_NAME;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    const answers = records.map((text) => {
      const data = encodeData(word, text);
      const fixed = Buffer.alloc(12);
      fixed.writeUInt16BE(0xc00c, 0); // the name in the question
      fixed.writeUInt16BE(type, 2);
      fixed.writeUInt16BE(1, 4);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    });
    socket.send(Buffer.concat([header, query.subarray(12, end), ...answers]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();

  return {
    server: `127.0.0.1:${port}`,
    answerWith: (next: Zone | null): void => {
      zone = next;
    },
    stop: async (): Promise<void> => {
      socket.close();
      await once(socket, 'close');
    },
  };
};
