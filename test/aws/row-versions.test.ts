import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import type { Item } from '../../shared/aws/dynamo.ts';
import { ROW_VERSIONS, rowSchemasOf, UnknownRowVersion, type Upgrade } from '../../shared/aws/row.ts';

/** Version 2 added `phone`, 3 `locale`, 4 `zone`. */
const SINCE: Readonly<Record<number, string>> = { 2: 'phone', 3: 'locale', 4: 'zone' };

const adding =
  (attribute: string): Upgrade =>
  (older) => ({ [attribute]: null, ...older });

const UPGRADES = Object.fromEntries(
  Object.entries(SINCE).map(([version, attribute]) => [Number(version) - 1, adding(attribute)]),
);

const attributesOf = (version: number): string[] =>
  Object.entries(SINCE).flatMap(([since, attribute]) => (Number(since) <= version ? [attribute] : []));

/** A row as a release of that version wrote it. */
const writtenIn = (version: number): Item => ({
  pk: 'ACCOUNT#1',
  sk: 'ACCOUNT',
  schemaVersion: version,
  ...Object.fromEntries(attributesOf(version).map((attribute) => [attribute, null])),
});

/** A release with these row versions. */
const release = (written: number, oldest: number, newest: number) => {
  const shape = Object.fromEntries(attributesOf(newest).map((attribute) => [attribute, z.nullable(z.string())]));
  const schema = rowSchemasOf({ written, readable: [oldest, newest] })(shape, UPGRADES);
  return { written, newest, schema };
};

/** Releases that follow each other as docs/adr/0017 demands: one reads a version, the next writes it. */
const RELEASES = [release(2, 1, 2), release(2, 2, 3), release(3, 2, 3), release(3, 3, 4), release(4, 3, 4)] as const;

const reads = ({ schema }: (typeof RELEASES)[number], item: Item): boolean => {
  try {
    schema.parse(item);
    return true;
  } catch (error) {
    if (error instanceof UnknownRowVersion) return false;
    throw error;
  }
};

describe('releases that expand, then contract', () => {
  it.each(RELEASES.slice(1).map((later, index) => ({ earlier: RELEASES[index] ?? later, later, index })))(
    'may be deployed and taken back one by one: $index and the next read all that either writes',
    ({ earlier, later }) => {
      const both = [earlier, later];

      const answers = both.map((reader) => both.map(({ written }) => reads(reader, writtenIn(written))));

      expect(answers.flat()).toEqual([true, true, true, true]);
    },
  );

  it('may not be skipped: the release before the last refuses what it can not know, and so does the one after the next', () => {
    const [first, , third, fourth] = RELEASES;

    expect(reads(first, writtenIn(third.written))).toBe(false);
    expect(reads(fourth, writtenIn(first.written))).toBe(false);
  });

  it('read a row of any version they know in the newest shape, and keep what an update has put there', () => {
    const [, expanding] = RELEASES;

    expect(expanding.schema.parse(writtenIn(2))).toEqual({ phone: null, locale: null });
    expect(expanding.schema.parse({ ...writtenIn(2), locale: 'de' })).toEqual({ phone: null, locale: 'de' });
    expect(() => expanding.schema.parse({ schemaVersion: 3, phone: null })).toThrow(/locale/);
  });

  it('take a row through every version between', () => {
    const { schema } = release(3, 1, 3);

    expect(schema.parse(writtenIn(1))).toEqual({ phone: null, locale: null });
  });

  it('store a row anew as they write it, not as they read it', () => {
    const { schema } = release(2, 1, 3);

    expect(schema.renewed(writtenIn(1))).toEqual(writtenIn(2));
    expect([schema.renewed(writtenIn(2)), schema.renewed(writtenIn(3))]).toEqual([null, null]);
    expect(() => schema.renewed(writtenIn(4))).toThrow(UnknownRowVersion);
  });

  it('give no damaged row the stamp of a sound one', () => {
    const { schema } = release(2, 1, 2);

    expect(() => schema.renewed({ ...writtenIn(1), phone: 7 })).toThrow(/phone/);
  });

  it('read what they write: this one too', () => {
    const [oldest, newest] = ROW_VERSIONS.readable;

    expect(ROW_VERSIONS.written).toBeGreaterThanOrEqual(oldest);
    expect(ROW_VERSIONS.written).toBeLessThanOrEqual(newest);
  });
});
