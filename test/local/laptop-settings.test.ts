import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { laptopSettings } from '../../local/laptop-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const settingsOf = (keyturn: object) => {
  const file = join(folder, 'cdk.json');
  writeFileSync(file, JSON.stringify({ context: { keyturn } }));
  return laptopSettings({ cdkJson: pathToFileURL(file), publicUrl: 'http://127.0.0.1:3000' });
};

describe('laptop-settings', () => {
  it('are those of cdk.json, but nothing waits for CloudFront, which would let no request be answered', () => {
    const deployment = { domainName: 'auth.bookshelf.example', edge: { enabled: true } };

    const settings = settingsOf({ productName: 'Bookshelf', publicUrl: 'https://auth.bookshelf.example', deployment });

    expect(settings).toMatchObject({
      productName: 'Bookshelf',
      publicUrl: 'http://127.0.0.1:3000',
      deployment: { domainName: 'auth.bookshelf.example', edge: { enabled: false } },
    });
  });

  it('are refused where a deployment would refuse them', () => {
    expect(() => settingsOf({ deployment: { edge: { enabled: 'yes' } } })).toThrow(
      /keyturn\.deployment\.edge\.enabled/,
    );
  });
});
