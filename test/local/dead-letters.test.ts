import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { waitForMails } from '../http-suite/target.ts';
import { makeDartClient } from '../support/dart-client.ts';
import { makeServiceKeeper, type RunningService, startRunningService } from '../support/running-service.ts';

const { keep, stopAll } = makeServiceKeeper();
afterEach(stopAll);

const lettersOf = async ({ dataDirectory }: RunningService): Promise<string> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const text = await readFile(join(dataDirectory, 'dead-letters.jsonl'), 'utf8').catch(() => '');
    if (text.endsWith('\n')) return text;
    await pause(50);
  }
  throw new Error('no dead letter was written');
};

describe('a mail that was given up on a laptop', () => {
  it('is told of in a file without the address, and is sent after the next start, once', async () => {
    const email = `reader-${randomBytes(6).toString('hex')}@example.com`;
    const first = keep(await startRunningService());
    await fetch(`${first.inboxUrl}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'ses', next: 1, error: 'MessageRejected' }),
    });
    await makeDartClient(first.apiUrl).postMap('/accounts', { email });
    const letters = await lettersOf(first);
    await first.stop('SIGINT');

    const second = keep(await startRunningService({ dataDirectory: first.dataDirectory }));
    await waitForMails(second.inboxUrl, email, 1);
    await pause(500);

    const mails = await fetch(`${second.inboxUrl}/messages?to=${encodeURIComponent(email)}`);
    expect(await mails.json()).toHaveLength(1);
    expect(JSON.parse(letters)).toEqual({ intentId: expect.any(String), errorName: 'MessageRejected' });
    expect(letters).not.toContain(email);
  });
});
