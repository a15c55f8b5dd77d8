import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureKeyringFile } from '../../local/keyring-file.ts';
import { waitForMails } from '../http-suite/target.ts';
import { makeDartClient } from '../support/dart-client.ts';
import { makeServiceKeeper, runToExit, startIn, startRunningService } from '../support/running-service.ts';
import { testKeyringFile } from '../support/test-keyring.ts';

const SECRET = 'c2VjcmV0LXRoYXQtbm9ib2R5LXNoYWxsLXJlYWQ';

let scratch: string;
let file: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'keyturn-kept-'));
  file = join(scratch, 'keyring.json');
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const wholeKeyring = async (): Promise<string> => {
  mkdirSync(join(scratch, 'whole'));
  return readFileSync(await testKeyringFile(join(scratch, 'whole')), 'utf8');
};

/** The keyring with the second character of a member of its signing key changed. */
const withOther = (whole: string, member: 'n' | 'e'): string => {
  const document = JSON.parse(whole) as { signingKeys: { privateKey: Record<'n' | 'e', string> }[] };
  for (const { privateKey } of document.signingKeys) {
    const [first = '', second = '', ...others] = privateKey[member];
    privateKey[member] = [first, second === 'Q' ? 'A' : 'Q', ...others].join('');
  }
  return JSON.stringify(document);
};

describe('a keyring that is there and can not be used', () => {
  it.each<[string, string, (whole: string) => string]>([
    ['is empty', 'it is empty', () => ''],
    ['is blank', 'it is empty', () => '\n  \n'],
    ['is no JSON', 'no keyring', () => `garbage ${SECRET}`],
    ['is JSON of something else', 'no keyring', () => JSON.stringify({ theme: SECRET })],
    ['is null', 'no keyring', () => 'null'],
    ['is half a file', 'a part of one', (whole) => whole.slice(0, whole.length / 2)],
    ['lacks its last byte', 'a part of one', (whole) => whole.slice(0, -1)],
    [
      'has a key with other bytes',
      'a key in it is damaged',
      (whole) => {
        const document = JSON.parse(whole) as { signingKeys: { privateKey: { n: string } }[] };
        for (const { privateKey } of document.signingKeys) privateKey.n = '';
        return JSON.stringify(document);
      },
    ],
    ['has a key whose modulus has another character', 'a key in it is damaged', (whole) => withOther(whole, 'n')],
    ['has a key whose exponent has another character', 'a key in it is damaged', (whole) => withOther(whole, 'e')],
  ])('stops the start and stays as it is: it %s', async (_what, reason, contentOf) => {
    const content = contentOf(await wholeKeyring());
    writeFileSync(file, content);

    const refusal = await ensureKeyringFile(file).catch((error: unknown) => error as Error);

    expect(refusal?.name).toBe('KeyringUnusable');
    expect(refusal?.message).toMatch(new RegExp(`keyring\\.json can't be used: .*${reason}.*Put a copy of it there`));
    expect(refusal?.message).not.toContain(SECRET);
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(readdirSync(scratch).toSorted()).toEqual(['keyring.json', 'whole']);
  });

  it.each<[string, string, () => void]>([
    ['a directory', 'EISDIR', () => mkdirSync(file)],
    ['a link to itself', 'ELOOP', () => symlinkSync(file, file)],
    [
      'a link to a disk that is not there',
      'a link to a file that is not there',
      () => symlinkSync('/mnt/nowhere/k', file),
    ],
  ])('stops the start and stays as it is: %s', async (_what, reason, make) => {
    make();
    const before = lstatSync(file).ino;

    await expect(ensureKeyringFile(file)).rejects.toThrow(new RegExp(reason));

    expect(lstatSync(file).ino).toBe(before);
    expect(readdirSync(scratch)).toEqual(['keyring.json']);
  });
});

describe('the keyring of a service', () => {
  const { keep, stopAll } = makeServiceKeeper();
  afterEach(stopAll);

  /** Signs up, then stops the service. */
  const withAnAccount = async () => {
    const email = 'reader@example.com';
    const service = keep(await startRunningService({ dataDirectory: join(scratch, 'data') }));
    const app = makeDartClient(service.apiUrl);
    await app.postMap('/accounts', { email });
    const [mail] = await waitForMails(service.inboxUrl, email, 1);
    const token = /#token=(\w{26})/.exec(mail?.text ?? '')?.[1] ?? '';
    const completed = await app.postMap('/accounts/complete', { token, password: 'correct horse battery' });
    await service.stop();
    const { refresh_token: refreshToken } = JSON.parse(completed.text) as { refresh_token: string };
    return { ...service, refreshToken, keyring: join(service.dataDirectory, 'keyring.json') };
  };

  it('is not made anew beside a database that has rows; put back, it works as before', async () => {
    const { dataDirectory, keyring, refreshToken } = await withAnAccount();
    renameSync(keyring, join(scratch, 'copy.json'));

    const { code, output } = await runToExit(await startIn(dataDirectory));
    const made = existsSync(keyring);
    renameSync(join(scratch, 'copy.json'), keyring);
    const again = keep(await startRunningService({ dataDirectory }));
    const refreshed = await makeDartClient(again.apiUrl).postMap('/sessions/refresh', { refresh_token: refreshToken });

    expect(code).toBe(1);
    expect(output).toMatch(/keyring\.json can't be used: it is not there, but the database has rows/);
    expect(made).toBe(false);
    expect(refreshed.status).toBe(200);
  });

  it('stops the start when it is not the one that the rows were made with, also in a directory of before', async () => {
    const { dataDirectory, keyring, refreshToken } = await withAnAccount();
    rmSync(join(dataDirectory, 'keyring.fingerprint'));
    await keep(await startRunningService({ dataDirectory })).stop();
    renameSync(keyring, join(scratch, 'copy.json'));
    await testKeyringFile(dataDirectory);

    const { code, output } = await runToExit(await startIn(dataDirectory));
    renameSync(join(scratch, 'copy.json'), keyring);
    const again = keep(await startRunningService({ dataDirectory }));
    const refreshed = await makeDartClient(again.apiUrl).postMap('/sessions/refresh', { refresh_token: refreshToken });

    expect(code).toBe(1);
    expect(output).toMatch(
      /keyring\.json can't be used: it is not the one that the rows in the database were made with/,
    );
    expect(refreshed.status).toBe(200);
  });

  it('may be another beside a database without rows, and is then the one to be', async () => {
    const first = keep(await startRunningService({ dataDirectory: join(scratch, 'data') }));
    await first.stop();
    await testKeyringFile(first.dataDirectory);
    const fingerprint = join(first.dataDirectory, 'keyring.fingerprint');
    const before = readFileSync(fingerprint, 'utf8');

    const again = keep(await startRunningService({ dataDirectory: first.dataDirectory }));

    expect((await fetch(`${again.apiUrl}/health`)).status).toBe(200);
    expect(readFileSync(fingerprint, 'utf8')).not.toBe(before);
  });

  it('stops the start when it is half, and is not replaced', async () => {
    const { dataDirectory, keyring } = await withAnAccount();
    const half = readFileSync(keyring, 'utf8').slice(0, 900);
    writeFileSync(keyring, half);

    const { code, output } = await runToExit(await startIn(dataDirectory));

    expect(code).toBe(1);
    expect(output).toContain(`begin anew: mv '${dataDirectory}' '${dataDirectory}-old'`);
    expect(readFileSync(keyring, 'utf8')).toBe(half);
  });
});
