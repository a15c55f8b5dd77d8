import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureCallerSecretFiles } from '../../local/caller-secret-files.ts';
import { readKeyPlaces, writeKeyPlaces } from '../../shared/settings/trusted-caller-settings.ts';

describe('the secrets of trusted callers on a laptop', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn callers '));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const made = (secretGeneration: number) =>
    ensureCallerSecretFiles(folder, { trustedCallers: [{ id: 'web', secretGeneration }] });

  it('are made once for each key, readable by their owner only, and none is another', () => {
    const first = made(2).map(([keyId, url]) => [keyId, readFileSync(fileURLToPath(url), 'utf8')]);
    const again = made(2).map(([keyId, url]) => [keyId, readFileSync(fileURLToPath(url), 'utf8')]);

    expect(again).toEqual(first);
    expect(first.map(([keyId]) => keyId)).toEqual(['web/2', 'web/1']);
    expect(new Set(first.map(([, secret]) => secret)).size).toBe(2);
    expect(made(2).map(([, url]) => statSync(fileURLToPath(url)).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  it('keep the newest of before as the one before the next', () => {
    const [newest] = made(1);

    expect(made(2)[1]).toEqual(newest);
  });

  it('are told to functions in a variable, also where the directory has blanks', () => {
    const places = made(2);

    expect([...readKeyPlaces(writeKeyPlaces(places))]).toEqual(places);
  });

  it('are not made where no caller is trusted', () => {
    expect(ensureCallerSecretFiles(folder, { trustedCallers: [] })).toEqual([]);
  });
});
