import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeAnswerQuery } from '../local/inbox/answer-query.ts';
import { makeFaults } from '../local/inbox/faults.ts';
import { makeMailOutcomes } from '../local/inbox/mail-outcomes.ts';
import type { MessageStore } from '../local/inbox/message-store.ts';
import { makeSuppressionList } from '../local/inbox/suppression-list.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { csprng } from '../shared/primitives/randomness.ts';

/** Simulates SES and SNS, and keeps what a load needs to read. */
export interface MessageSink {
  endpoint: string;
  /** Takes the text of the newest message to an address or number. @throws Error where none came */
  takeText(to: string): string;
  close(): void;
}

/**
 * Starts it. It speaks the services' own protocol, as the laptop's inbox does, and runs on the load's core, so that
 * only the sending itself is measured.
 */
export const startMessageSink = async (): Promise<MessageSink> => {
  const texts = new Map<string, string>();
  const store: Pick<MessageStore, 'append'> = {
    append: (messages) => {
      for (const { to, text } of messages) texts.set(to, text);
    },
  };
  const outcomes = makeMailOutcomes({
    suppressions: makeSuppressionList({ clock: systemClock }),
    hear: null,
    clock: systemClock,
    randomness: csprng,
  });
  const answerQuery = makeAnswerQuery({ store, faults: makeFaults(), outcomes, clock: systemClock });

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
    takeText: (to) => {
      const text = texts.get(to);
      if (text === undefined) throw new Error(`no message came to ${to}`);
      texts.delete(to);
      return text;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
