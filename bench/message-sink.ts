import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeAnswerQuery } from '../local/inbox/answer-query.ts';
import { makeFaults } from '../local/inbox/faults.ts';
import type { MessageStore } from '../local/inbox/message-store.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';

/** Simulates SES and SNS, and keeps the tokens that a load needs. */
export interface MessageSink {
  endpoint: string;
  /** Takes the token of the newest message to an address. @throws Error where none came */
  takeToken(to: string): string;
  close(): void;
}

const TOKEN = /token=([0-9A-Z]+)/;

/**
 * Starts it. It speaks the services' own protocol, as the laptop's inbox does, and runs on the load's core, so that
 * only the sending itself is measured.
 */
export const startMessageSink = async (): Promise<MessageSink> => {
  const tokens = new Map<string, string>();
  const store: Pick<MessageStore, 'append'> = {
    append: (messages) => {
      for (const { to, text } of messages) {
        const token = TOKEN.exec(text)?.[1];
        if (token !== undefined) tokens.set(to, token);
      }
    },
  };
  const answerQuery = makeAnswerQuery({ store, faults: makeFaults(), clock: systemClock });

  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const answer = answerQuery(body);
      if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeToken: (to) => {
      const token = tokens.get(to);
      if (token === undefined) throw new Error(`no message with a token came to ${to}`);
      tokens.delete(to);
      return token;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
