import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { accountExport } from '../../shared/contract/account-export.ts';
import { EXPORT_SECONDS, SETTLE_SECONDS, UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import { INTENT_KEPT_SECONDS } from '../../shared/outbox/outbox.ts';
import { parseSettings } from '../../shared/settings/settings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DAY_SECONDS = 86_400;

const sources = ['shared', 'functions'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
);

/** The first word of a sort key, `EVENT` of one that goes on with a time. */
const sortWordOf = (text: string): string => /^[^'`]*['`](?<word>[A-Z_]*)/.exec(text)?.groups?.word ?? '';

/** Every kind of row that the sources declare, `tokens ACCOUNT / SESSION`. */
const DECLARED = sources
  .flatMap((text) => {
    const claim = /const CLAIM = \{ table: '(\w+)', sortKey: \(\) => '(\w+)' \}/.exec(text);
    return text
      .split(/defineRow\(\{/)
      .slice(1)
      .map((declaration) => {
        const table = /table: '(\w+)'/.exec(declaration)?.[1];
        const word = /word: '(\w+)'/.exec(declaration)?.[1];
        const isClaim = declaration.trimStart().startsWith('...CLAIM');
        const sortKey = /sortKey: \([^)]*\) =>\s*([^\n]+)/.exec(declaration)?.[1] ?? '';
        return isClaim
          ? `${claim?.[1]} ${word} / ${claim?.[2]}`
          : `${table} ${word} / ${sortWordOf(sortKey)}`.replace(/ \/ $/, '');
      });
  })
  .filter((kind) => !kind.startsWith('undefined')); // define-row.ts itself

/** The table of the page, a row a line. */
const PAGE = readFileSync(join(ROOT, 'docs/retention.md'), 'utf8');
const LINES = PAGE.split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, row = '']) => /^(?:accounts|credentials|tokens|outbox) [A-Z_]+/.test(row))
  .map(([, row = '', , exported = '', erasure = '']) => ({ row: row.replace(/ \/$/, ''), exported, erasure }));

/** Under the account's own id: the erasure empties these partitions. */
const isUnderTheId = (row: string): boolean => /^\w+ ACCOUNT |^tokens CHANGE /.test(row);

describe('what is held about an account', () => {
  it('is every kind of row that the sources declare, and no other', () => {
    expect(DECLARED.length).toBeGreaterThan(30);
    expect(LINES.map(({ row }) => row).toSorted()).toEqual([...new Set(DECLARED)].toSorted());
  });

  it.each(LINES)('is in the export, or left out for a reason: $row', ({ exported }) => {
    const members = Object.keys(accountExport._zod.def.shape);
    if (exported.startsWith('left out: '))
      return expect(exported.length).toBeGreaterThan('left out: a secret'.length - 1);
    for (const member of exported.split(', ')) expect(members).toContain(member);
  });

  it.each(LINES)('goes, with the id or by its age: $row', ({ row, erasure }) => {
    const ways = isUnderTheId(row)
      ? ['with the id', 'last step']
      : ['freed', 'done with', 'stays', 'age: ', 'ends by itself'];

    expect(ways.filter((way) => erasure.startsWith(way))).toHaveLength(1);
  });

  it('that has an age has none beyond the time in which the id is looked at once more, unless the operator says so', () => {
    const days = LINES.flatMap(({ erasure }) => /^age: (\d+) days?/.exec(erasure)?.[1] ?? []).map(Number);

    expect(Math.max(...days) * DAY_SECONDS).toBe(UNDO_SECONDS);
    expect(SETTLE_SECONDS).toBeGreaterThanOrEqual(2 * UNDO_SECONDS);
    expect(EXPORT_SECONDS).toBe(DAY_SECONDS);
  });

  it('stays elsewhere for as many days as the sources and settings say', () => {
    const settings = parseSettings({ productName: 'A', sender: 'a@example.org', publicUrl: 'https://a.example.org' });
    const daysOf = (what: string): number =>
      Number(
        /\d+/.exec(
          PAGE.split('\n')
            .find((line) => line.startsWith(`| ${what}`))
            ?.split('|')
            .at(4) ?? '',
        )?.[0],
      );

    expect(settings.deletion.graceSeconds).toBe(UNDO_SECONDS);
    expect(daysOf('logs of functions')).toBe(settings.deployment.logRetentionDays);
    expect(daysOf('messages that were never tried') * DAY_SECONDS).toBe(INTENT_KEPT_SECONDS);
    expect(PAGE).toContain(`the id is looked at again after ${SETTLE_SECONDS / DAY_SECONDS} |`);
  });
});
