import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (response: ServerResponse) => void;

const xml = (status: number, body: string): Answer => {
  return (response) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
};

/** SES's answer to an accepted mail. */
export const accepted = xml(
  200,
  '<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>id</MessageId></SendEmailResult><ResponseMetadata><RequestId>request</RequestId></ResponseMetadata></SendEmailResponse>',
);

/** SES's answer to a refused mail. */
export const refused = ({ status, code, message }: { status: number; code: string; message: string }): Answer =>
  xml(
    status,
    `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>request</RequestId></ErrorResponse>`,
  );

/** Never sends a byte. */
export const silence: Answer = () => undefined;

/** Sends a byte from time to time and never ends. */
export const trickle: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/xml' });
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/** Starts a server for the part of SES's Query protocol that `SendEmail` needs; it records requests. */
export const startFakeSes = async () => {
  const requests: Record<string, string>[] = [];
  let answer: Answer = accepted;
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    requests.push(Object.fromEntries(new URLSearchParams(await bodyOf(request))));
    answer(response);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (next: Answer) => {
      requests.length = 0;
      answer = next;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
