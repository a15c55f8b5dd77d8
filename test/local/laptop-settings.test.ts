import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { laptopSettings } from '../../local/laptop-settings.ts';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { runApp } from '../support/run-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const settingsOfFile = (content: string) => {
  const file = join(folder, 'cdk.json');
  writeFileSync(file, content);
  return laptopSettings({ cdkJson: pathToFileURL(file), publicUrl: 'http://127.0.0.1:3000' });
};

const settingsOf = (keyturn: unknown) => settingsOfFile(JSON.stringify({ context: { keyturn } }));

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

  it('are refused with a public URL that is wrong, though the laptop has one of its own', () => {
    expect(() => settingsOf({ publicUrl: 'auth.bookshelf.example' })).toThrow(
      'keyturn.publicUrl is "auth.bookshelf.example": must be an https origin',
    );
  });

  it.each<[string, unknown, string]>([
    [
      'a list',
      [{ productName: 'Bookshelf' }],
      'keyturn is [{"productName":"Bookshelf"}]: must be an object with productName, sender and publicUrl',
    ],
    ['a text', 'Bookshelf', 'keyturn is "Bookshelf": must be an object with productName, sender and publicUrl'],
    ['null', null, 'keyturn is null: must be an object with productName, sender and publicUrl'],
    ['not there', undefined, 'keyturn is missing: must be an object with productName, sender and publicUrl'],
  ])(
    'are refused by a laptop and by the CDK alike, in the same words, where they are %s',
    async (_what, given, words) => {
      const { code, output } = await runApp(given as SettingsInput);

      expect(() => settingsOf(given)).toThrow(words);
      expect(code).toBe(1);
      expect(output).toContain(words);
      expect(output).not.toMatch(/\n\s+at /); // no stack trace
    },
  );

  it.each([[], 7, true, ''])('are refused where they are %j', (given) => {
    expect(() => settingsOf(given)).toThrow(`keyturn is ${JSON.stringify(given)}: must be an object`);
  });

  it.each([
    ['nothing', '', 'it is not JSON'],
    ['half of JSON', '{"context": {"keyturn": {"sender": "', 'it is not JSON'],
    ['null', 'null', 'it is not a JSON object'],
    ['a list', '[]', 'it is not a JSON object'],
    ['no context', '{"app": "x"}', 'it has no context'],
    ['a context that is a list', '{"context": []}', 'its context is not a JSON object'],
    ['a context that is null', '{"context": null}', 'its context is not a JSON object'],
  ])('are not assumed where cdk.json holds %s', (_what, content, reason) => {
    expect(() => settingsOfFile(content)).toThrow(`${join(folder, 'cdk.json')}: ${reason}. It must be`);
  });

  it('are not assumed where there is no cdk.json', () => {
    const cdkJson = pathToFileURL(join(folder, 'none.json'));

    expect(() => laptopSettings({ cdkJson, publicUrl: 'http://127.0.0.1:3000' })).toThrow(
      /none\.json: it is not there/,
    );
  });
});
