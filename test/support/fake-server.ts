import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts a server of a test on a port of its own. */
export const startFakeServer = async (
  listener: RequestListener,
): Promise<{ origin: string; stop: () => Promise<void> }> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** What a stand-in does in place of an answer. */
export type Behaviour = (response: ServerResponse) => void;

/** Never answers. */
export const silence: Behaviour = () => undefined;
/** A page of something in between, with the status of a success. */
const blockedPage: Behaviour = (response) => void response.writeHead(200).end('<!DOCTYPE html><p>Blocked');
/** @param status of an answer without a body */
export const failsWith =
  (status: number): Behaviour =>
  (response) =>
    void response.writeHead(status, { 'content-length': '0' }).end();
/** Somewhere else. */
const redirects: Behaviour = (response) => void response.writeHead(302, { location: '/range/00000' }).end();
/** Sends without an end. */
const endless: Behaviour = (response) => {
  response.writeHead(200);
  const lines = 'a line like any other\r\n'.repeat(10_000);
  const write = () => {
    while (!response.destroyed && response.write(lines));
  };
  response.on('drain', write);
  write();
};

/** Answers of which nothing can be used, with the name of the error that each makes. */
export const UNUSABLE: readonly [what: string, behaviour: Behaviour, error: string][] = [
  ['is down', failsWith(503), 'UnusableAnswer'],
  ['is guarded by a page with the status of a success', blockedPage, 'UnusableAnswer'],
  ['answers without an end', endless, 'UnusableAnswer'],
  ['sends elsewhere', redirects, 'TypeError'],
];
