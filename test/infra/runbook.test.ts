import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { alarmsOf } from '../support/alarms.ts';
import { synthesise } from '../support/synthesise.ts';

/** What a line of the runbook must say. */
const PARTS = ['Means', 'Look first at', 'Do'];

describe('the runbook', () => {
  /** The sections of the third level, by their headings. */
  let lines: Map<string, string>;
  let anchors: string[];

  beforeAll(async () => {
    const runbook = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const sections = runbook.split(/^### /m).slice(1);
    lines = new Map(sections.map((section) => [section.split('\n', 1)[0] ?? '', section]));
    anchors = alarmsOf(await synthesise()).map(
      ({ description }) => /docs\/runbook\.md#([a-z0-9-]+)$/.exec(description)?.[1] ?? description,
    );
  });

  it('has a line for every alarm, which every alarm leads to, and none for alarms that there are not', () => {
    expect(anchors.length).toBeGreaterThan(0);
    expect([...new Set(anchors)].toSorted()).toEqual([...lines.keys()].toSorted());
  });

  it('says of each what it means, where to look first and what to do', () => {
    const lacking = [...lines].filter(
      ([, text]) => !PARTS.every((part) => new RegExp(`\\*\\*${part}\\*\\* \\S`).test(text)),
    );

    expect(lacking.map(([heading]) => heading)).toEqual([]);
  });
});
