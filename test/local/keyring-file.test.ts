import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ensureKeyringFile } from '../../local/keyring-file.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';

const scratch = mkdtempSync(join(tmpdir(), 'keyturn-keyring-file-'));

describe("a laptop's keyring", () => {
  afterAll(() => rmSync(scratch, { recursive: true }));

  it('is whole and there for each of several who start at the same time', async () => {
    const file = join(scratch, 'at-once.json');

    await Promise.all(Array.from({ length: 6 }, () => ensureKeyringFile(file)));

    expect(makeKeyring(JSON.parse(readFileSync(file, 'utf8'))).currentVersion()).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(scratch)).toEqual(['at-once.json']);
  });

  it('stays as it is once it is there, and is taken from the eyes of others', async () => {
    const file = join(scratch, 'there.json');
    await ensureKeyringFile(file);
    const content = readFileSync(file, 'utf8').replaceAll('\n', '');
    writeFileSync(file, content);
    chmodSync(file, 0o644);

    await ensureKeyringFile(file);

    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
