import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserKind } from './keyboard-browser.ts';

const START_TIMEOUT_MS = 60_000;

/** @see WebDriver, "Keyboard actions" */
const NAMED_KEYS: Readonly<Record<string, string>> = { '\t': '\ue004', '\n': '\ue007' };

/** Path of Firefox: `$FIREFOX`, or Debian's; `null` if it isn't installed. */
const findFirefox = (): string | null =>
  [process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => path && existsSync(path)) ?? null;

/** Waits for the line with Firefox's address. */
const listeningAt = (firefox: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let written = '';
    const timer = setTimeout(() => reject(new Error(`Firefox did not start:\n${written}`)), START_TIMEOUT_MS);
    firefox.stderr?.on('data', (part: Buffer) => {
      written += part.toString();
      const [, address] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(written) ?? [];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    });
  });

interface BidiAnswer {
  id: number;
  type: 'success' | 'error';
  // biome-ignore lint/suspicious/noExplicitAny: each command has a result of its own shape
  result: any;
}

/** Opens a session. @see https://www.w3.org/TR/webdriver-bidi/ */
const openSession = async (address: string) => {
  const socket = new WebSocket(`${address}/session`);
  const waiting = new Map<number, (answer: BidiAnswer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as BidiAnswer;
    waiting.get(answer.id)?.(answer);
  });
  await once(socket, 'open');

  const command = async (method: string, params: object = {}): Promise<BidiAnswer['result']> => {
    const id = waiting.size + 1;
    const answered = new Promise<BidiAnswer>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    if (answer.type === 'error') throw new Error(`${method} failed: ${JSON.stringify(answer)}`);
    return answer.result;
  };
  await command('session.new', { capabilities: {} });
  return command;
};

const executablePath = findFirefox();

/** Firefox by WebDriver BiDi: playwright's own driver needs commands that the extended support release lacks. */
export const firefoxByKeyboard: BrowserKind = {
  name: 'Firefox',
  executablePath,
  start: async ({ runsScripts }) => {
    const profile = await mkdtemp(join(tmpdir(), 'keyturn-firefox-'));
    await writeFile(join(profile, 'user.js'), `user_pref("javascript.enabled", ${runsScripts});\n`);
    const firefox = spawn(
      executablePath ?? '',
      ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile } },
    );
    const exited = once(firefox, 'exit');
    const command = await openSession(await listeningAt(firefox));
    const topLevel = async () => (await command('browsingContext.getTree', { maxDepth: 0 })).contexts[0];
    const { context } = await topLevel();
    return {
      open: async (url) => {
        await command('browsingContext.navigate', { context, url, wait: 'complete' });
        await command('browsingContext.activate', { context }); // keys could otherwise go to the address bar
      },
      press: async (keys) => {
        const actions = Array.from(keys, (key) => NAMED_KEYS[key] ?? key).flatMap((value) => [
          { type: 'keyDown', value },
          { type: 'keyUp', value },
        ]);
        await command('input.performActions', { context, actions: [{ type: 'key', id: 'keyboard', actions }] });
      },
      address: async () => (await topLevel()).url,
      close: async () => {
        firefox.kill();
        await exited;
        await rm(profile, { recursive: true, force: true });
      },
    };
  },
};
