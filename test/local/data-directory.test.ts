import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDirectoryInUse, openDataDirectory } from '../../local/data-directory.ts';
import { makeServiceKeeper, runToExit, startIn, startRunningService } from '../support/running-service.ts';

let scratch: string;
let directory: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'keyturn-data-'));
  directory = join(scratch, 'data');
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

describe('a data directory', () => {
  const { keep, stopAll } = makeServiceKeeper();
  afterEach(stopAll);

  it.each<[string, (path: string) => string]>([
    ['under its own name', (path) => path],
    ['by a path from here', (path) => relative(process.cwd(), path)],
    [
      'by a symbolic link',
      (path) => {
        symlinkSync(path, join(scratch, 'link'));
        return join(scratch, 'link');
      },
    ],
  ])('has one service, also where the other has a temporary directory of its own: %s', async (_how, nameOf) => {
    const first = keep(await startRunningService({ dataDirectory: directory }));
    mkdirSync(join(scratch, 'tmp'));
    const dataDirectory = nameOf(directory);

    const { code, output } = await runToExit({ ...(await startIn(dataDirectory)), TMPDIR: join(scratch, 'tmp') });

    expect(code).toBe(1);
    expect(output).toContain(`Another Keyturn works in ${dataDirectory}. Stop it, or give this one a directory`);
    expect((await fetch(`${first.apiUrl}/health`)).status).toBe(200);
  });

  it('has one service, also where the lock was removed', async () => {
    const first = keep(await startRunningService({ dataDirectory: directory }));
    rmSync(join(directory, 'lock'));

    const { code, output } = await runToExit(await startIn(directory));

    expect(code).toBe(1);
    expect(output).toMatch(/has \S+data\/dynamodb\.sqlite open\. Stop it, or give this one a directory/);
    expect((await fetch(`${first.apiUrl}/health`)).status).toBe(200);
  });

  it('is free after a kill -9, and nothing of the lock lies anywhere else', async () => {
    const temporary = join(scratch, 'tmp');
    mkdirSync(temporary);
    const first = keep(await startRunningService({ dataDirectory: directory, environment: { TMPDIR: temporary } }));
    const lies = readdirSync(temporary);
    await first.stop('SIGKILL');

    const second = keep(await startRunningService({ dataDirectory: directory }));

    expect(lies).toEqual([]);
    expect((await fetch(`${second.apiUrl}/health`)).status).toBe(200);
  });
});

describe('the lock of a data directory', () => {
  it('is given to one at a time, and given back', () => {
    const first = openDataDirectory(directory);
    expect(() => openDataDirectory(directory)).toThrow(DataDirectoryInUse);

    first.close();

    openDataDirectory(directory).close();
    expect(readdirSync(directory)).toEqual(['lock']);
  });

  it('holds under a path that is longer than the name of a socket may be', () => {
    const deep = join(scratch, ...Array.from({ length: 12 }, () => 'a-folder-with-a-long-name'), 'data');

    const first = openDataDirectory(deep);

    expect(() => openDataDirectory(deep)).toThrow(DataDirectoryInUse);
    first.close();
  });

  // What SQLite answers to another user's file is what it answers to a directory.
  it.each<[string, (path: string) => void]>([
    [
      'a file of that name',
      (path) => writeFileSync(path, 'not ours, and long enough to be taken for a file of something else'.repeat(9)),
    ],
    ['a directory', (path) => mkdirSync(path)],
    ['a named pipe', (path) => execFileSync('mkfifo', [path])],
  ])('is not taken away by what another left there: %s', (_what, leave) => {
    mkdirSync(directory);
    leave(join(directory, 'lock'));

    const open = () => openDataDirectory(directory);

    expect(open).toThrow(expect.objectContaining({ name: 'DataDirectoryUnusable' }));
    expect(open).toThrow(
      /data\/lock can't be taken .*Remove that file if it is not Keyturn's, or name .*DATA_DIR=.keyturn-2 npm start/,
    );
  });

  it.each<[string, string, () => string]>([
    [
      'a file',
      'it is a file',
      () => {
        writeFileSync(join(scratch, 'file'), '');
        return join(scratch, 'file');
      },
    ],
    [
      'beneath a file',
      'ENOTDIR',
      () => {
        writeFileSync(join(scratch, 'file'), '');
        return join(scratch, 'file', 'data');
      },
    ],
    [
      'a link that leads nowhere',
      'EEXIST',
      () => {
        symlinkSync(join(scratch, 'nothing'), join(scratch, 'link'));
        return join(scratch, 'link');
      },
    ],
    ['where no directory can be made', '(?:EPERM|EACCES|EROFS)', () => '/sys/keyturn/data'],
  ])('says what is wrong with DATA_DIR: %s', (_what, reason, makePath) => {
    const path = makePath();

    const open = () => openDataDirectory(path);

    expect(open).toThrow(expect.objectContaining({ name: 'DataDirectoryUnusable' }));
    expect(open).toThrow(`DATA_DIR is ${JSON.stringify(path)}`);
    expect(open).toThrow(new RegExp(`${reason}.*DATA_DIR=.keyturn-2 npm start`));
    expect(existsSync(join(path, 'lock'))).toBe(false);
  });
});
