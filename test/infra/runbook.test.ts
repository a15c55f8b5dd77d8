import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { constructId } from '../../infra/construct-id.ts';
import { alarmsOf } from '../support/alarms.ts';
import { functionsByFlow, resourcesOf } from '../support/stack-view.ts';
import { synthesise, synthesiseRollout, WITH_CAPTCHAS } from '../support/synthesise.ts';

/** Parts of each section. */
const PARTS = ['Means', 'Look first at', 'Do'];

describe('the runbook', () => {
  /** Sections of the third level, by heading. */
  let lines: Map<string, string>;
  let anchors: string[];
  let runbook: string;
  let template: Template;

  beforeAll(async () => {
    runbook = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const sections = runbook.split(/^### /m).slice(1);
    lines = new Map(sections.map((section) => [section.split('\n', 1)[0] ?? '', section]));
    template = await synthesise({ settings: WITH_CAPTCHAS });
    anchors = [template, await synthesiseRollout()]
      .flatMap(alarmsOf)
      .map(({ description }) => /docs\/runbook\.md#([a-z0-9-]+)$/.exec(description)?.[1] ?? description);
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

  it('finds the log of each flow, and of the API, by what the stack calls it, and no other with it', () => {
    const [, begins = ''] = /starts_with\(LogicalResourceId, '(\w+)\$1'\)/.exec(runbook) ?? [];
    const [ofFlow = '', ofApi = ''] = [...runbook.matchAll(/\$\(log_of (\S+)\)/g)].map(([, word = '']) => word);
    const logs = resourcesOf(template, 'AWS::Logs::LogGroup').map(([id]) => id);

    const words = [...functionsByFlow(template).keys()].map((flow) => ofFlow.replace('$1', constructId(flow)));
    const found = [...words, ofApi].map((word) => logs.filter((id) => id.startsWith(`${begins}${word}`)));

    expect(found.map((ids) => ids.length)).toEqual(found.map(() => 1));
    expect(found.flat().toSorted()).toEqual(logs.toSorted());
  });
});
