import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WORK_FOLDER } from '../places.ts';
import type { FlowGrants } from './flow-grants.ts';

/** The failed probe for each missing grant, by flow and grant; `null` where none failed. */
export type Findings = ReadonlyMap<string, string | null>;

/** The key of a finding. */
export const findingKey = (flow: string, grantName: string): string => `${flow}: ${grantName}`;

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

/**
 * Writes the grants of every function and what fails without them: `.deploy/grants.md`. Does nothing after a partial
 * run.
 */
export const writeGrantsTable = async (all: readonly FlowGrants[], findings: Findings): Promise<void> => {
  const grants = all.flatMap(({ flow, grants: own }) => own.map((one) => ({ flow, ...one })));
  const tried = grants.filter(({ notShown }) => notShown === null);
  if (findings.size < tried.length) return;

  const shown = tried.map(({ flow, name, grant: { action, firstWord }, resource }) => [
    flow,
    action,
    resource,
    firstWord ?? '',
    findings.get(findingKey(flow, name)) ?? 'nothing',
  ]);
  const others = Map.groupBy(
    grants.filter(({ notShown }) => notShown !== null),
    ({ grant: { action }, notShown }) => line([action, notShown ?? '']),
  );
  const notShown = [...others.values()].map((same) => [
    same[0]?.grant.action ?? '',
    same.length === 1 ? (same[0]?.flow ?? '') : `${same.length} functions`,
    same[0]?.notShown ?? '',
  ]);
  const parts = [
    tableOf(['function', 'action', 'on', 'rows', 'what fails without it'], shown),
    tableOf(['action', 'of', 'why its lack is not shown'], notShown),
  ];
  await writeFile(join(WORK_FOLDER, 'grants.md'), `${parts.join('\n\n')}\n`);
};
