import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { silentStoreMethods, unsourcedRetries } from '../support/doc-rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const sources = ['functions', 'shared']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name));

/** What a rule finds, by file. */
const findings = (rule: (text: string) => string[]): Record<string, string[]> =>
  Object.fromEntries(
    sources
      .map((file) => [relative(root, file), rule(readFileSync(file, 'utf8'))] as const)
      .filter(([, names]) => names.length > 0),
  );

const storeOf = (members: string): string =>
  `export interface Things {\n${members}\n}\n\nexport const makeThings = ({ dynamo }: { dynamo: Dynamo }): Things => ({});\n`;

describe('the methods of stores', () => {
  it('say that the store may be out of reach', () => {
    expect(findings(silentStoreMethods)).toEqual({});
  });

  it.each([
    ['without a comment', '  find(id: string): Promise<Thing | null>;'],
    ['with another', '  /** @returns `null` for none */\n  find(id: string): Promise<Thing | null>;'],
    [
      'over several lines',
      '  /** Ends it. */\n  find(one: {\n    id: string;\n    writes: readonly Write[];\n  }): Promise<boolean>;',
    ],
    [
      'behind one that says so',
      '  /** @throws StoreUnavailable */\n  add(id: string): Promise<void>;\n  find(id: string): Promise<null>;',
    ],
  ])('are found where they do not: %s', (_what, members) => {
    expect(silentStoreMethods(storeOf(members))).toEqual(['find']);
  });

  it.each([
    ['it says so', '  /** @throws StoreUnavailable */\n  find(id: string): Promise<null>;'],
    [
      'among others',
      '  /**\n   * Finds it.\n   * @throws StoreUnavailable, Error\n   */\n  find(id: string): Promise<null>;',
    ],
    ['it only builds a write', '  forgetWrite(id: string): Write;'],
  ])('are left alone where %s', (_what, members) => {
    expect(silentStoreMethods(storeOf(members))).toEqual([]);
  });
});

describe('the numbers of attempts, pauses and time limits', () => {
  it('have a source', () => {
    expect(findings(unsourcedRetries)).toEqual({});
  });

  it.each([
    'const SDK_ATTEMPTS = 3;',
    '/** A slower call is lost. */\nconst REQUEST_TIMEOUT_MS = 2000;',
    '/** @see RFC 9110 */\nconst OTHER = 1;\nexport const LEASE_SECONDS = 10;',
  ])('are found where they have none: %j', (text) => {
    expect(unsourcedRetries(text)).toHaveLength(1);
  });

  it('are left alone where they have one', () => {
    expect(unsourcedRetries('/** @see RFC 9110 §10.2.3 */\nconst RETRY_SECONDS = 2;\n')).toEqual([]);
  });
});
