import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import type { StoredMessage } from '../../../local/inbox/stored-message.ts';
import { messagesOf, postQuery, sms } from './inbox-client.ts';

const START_INBOX = new URL('../../../local/inbox/start-inbox.ts', import.meta.url).href;

const message = (id: string): StoredMessage => ({
  id,
  channel: 'sms',
  to: '+4915112345678',
  from: 'NOTICE',
  subject: null,
  text: id,
  html: null,
  sent_at: '2026-11-21T09:00:00.000Z',
});

const lineOf = (id: string): string => `${JSON.stringify(message(id))}\n`;

const idsOf = async (url: string) => (await messagesOf(url)).map(({ id }) => id);

describe('what the inbox keeps between starts', () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = path.join(mkdtempSync(path.join(tmpdir(), 'keyturn-inbox-')), 'data');
    file = path.join(directory, 'inbox.jsonl');
  });
  afterEach(() => rmSync(path.dirname(directory), { recursive: true }));

  const withInbox = async <Result>(use: (url: string) => Promise<Result>): Promise<Result> => {
    const inbox = await startInbox({ port: 0, dataDirectory: directory });
    try {
      return await use(inbox.url);
    } finally {
      await inbox.close();
    }
  };

  const writeLines = (content: string) => withInbox(async () => writeFileSync(file, content));

  it('is every message, in a file that only its owner reads', async () => {
    const sent = await withInbox(async (url) => {
      await postQuery(url, sms);
      await postQuery(url, { ...sms, Message: 'line\nbreak \u2028 €' });
      return messagesOf(url);
    });

    expect(sent).toHaveLength(2);
    expect(await withInbox(messagesOf)).toEqual(sent);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('takes from others the right to read a file that they could read before', async () => {
    await writeLines(lineOf('a'));
    chmodSync(file, 0o644);

    await withInbox(messagesOf);

    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('loses nothing that was acknowledged when the process is killed', async () => {
    const script = `
      const { startInbox } = await import(${JSON.stringify(START_INBOX)});
      console.log((await startInbox({ port: 0, dataDirectory: ${JSON.stringify(directory)} })).url);`;
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
    const [url] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    let acknowledged = 0;
    const senders = Array.from({ length: 4 }, async () => {
      while ((await postQuery(url.trim(), sms)).ok) {
        acknowledged += 1;
        if (acknowledged === 40) child.kill('SIGKILL');
      }
    });

    await Promise.allSettled(senders);

    expect(acknowledged).toBeGreaterThanOrEqual(40);
    expect((await withInbox(messagesOf)).length).toBeGreaterThanOrEqual(acknowledged);
  });

  it('leaves out a torn last line, and what comes next is not torn by it', async () => {
    await writeLines(lineOf('a') + lineOf('b') + lineOf('torn').slice(0, 40));

    const sent = await withInbox(async (url) => {
      expect(await idsOf(url)).toEqual(['b', 'a']);
      await postQuery(url, sms);
      return idsOf(url);
    });

    expect(sent).toHaveLength(3);
    expect(await withInbox(idsOf)).toEqual(sent);
  });

  it.each(['not JSON\n', '{"id":"x"}\n', '\n', lineOf('x').replace('2026-11-21T', 'yesterday ')])(
    'leaves out a line that is no message: %j',
    async (line) => {
      await writeLines(lineOf('a') + line + lineOf('b'));

      expect(await withInbox(idsOf)).toEqual(['b', 'a']);
    },
  );

  it('is the last message too where an editor left out the end of its line', async () => {
    await writeLines((lineOf('a') + lineOf('b')).trimEnd());

    const sent = await withInbox(async (url) => {
      await postQuery(url, sms);
      return idsOf(url);
    });

    expect(sent.slice(1)).toEqual(['b', 'a']);
    expect(await withInbox(idsOf)).toEqual(sent);
  });

  it('cuts nothing off a file that it can not read', async () => {
    const foreign = 'something else, and no line of it ends';
    await writeLines(foreign);

    await withInbox((url) => postQuery(url, sms));

    expect(readFileSync(file, 'utf8').startsWith(`${foreign}\n{`)).toBe(true);
  });

  it('is nothing after DELETE', async () => {
    await writeLines(lineOf('a'));

    await withInbox((url) => fetch(`${url}/messages`, { method: 'DELETE' }));

    expect(readFileSync(file, 'utf8')).toBe('');
    expect(await withInbox(idsOf)).toEqual([]);
  });

  it('takes messages again after DELETE', async () => {
    const kept = await withInbox(async (url) => {
      await postQuery(url, sms);
      await fetch(`${url}/messages`, { method: 'DELETE' });
      await postQuery(url, sms);
      return idsOf(url);
    });

    expect(kept).toHaveLength(1);
    expect(await withInbox(idsOf)).toEqual(kept);
  });

  it('is the newest thousand once the file has over two thousand lines', async () => {
    await writeLines('');
    appendFileSync(file, Array.from({ length: 2000 }, (_, index) => lineOf(`m${index}`)).join(''));

    const sent = await withInbox(async (url) => {
      expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2000);
      await postQuery(url, sms);
      await postQuery(url, sms);
      return idsOf(url);
    });

    expect([sent.length, sent[2], sent.at(-1)]).toEqual([1000, 'm1999', 'm1002']);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1001);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await withInbox(idsOf)).toEqual(sent);
  });

  it('is left alone by a second inbox that does not get the port', async () => {
    const inbox = await startInbox({ port: 0, dataDirectory: directory });
    await postQuery(inbox.url, sms);
    appendFileSync(file, 'half a line');

    const second = startInbox({ port: Number(new URL(inbox.url).port), dataDirectory: directory });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' });
    expect(readFileSync(file, 'utf8')).toContain('half a line');
    await inbox.close();
  });

  it('gives the port back when the data directory can not be used', async () => {
    writeFileSync(directory, 'a file, not a directory');

    await expect(startInbox({ port: 0, dataDirectory: directory })).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
