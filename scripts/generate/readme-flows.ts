import type { Contract } from '../../shared/contract/contract.ts';

/** The head of the table of flows. */
const HEAD = /^\| flow \| .*\n\|---.*\n/m;

const CALLERS = {
  anyone: 'anyone',
  session: 'a session',
  'fresh-session': 'a fresh session',
  'own-session': "the account's own session",
} as const;

/** How a flow is called, and who may call it: the second and third column. */
const callOf = (contract: Contract): [how: string, who: string] => {
  if (contract.trigger !== 'http') return [contract.summary, '–'];
  return [contract.routes.map(({ method, path }) => `\`${method} ${path}\``).join(', '), CALLERS[contract.caller]];
};

/** One line can be about several flows. */
const flowsOf = (line: string): string[] => (line.split('|')[1] ?? '').split(',').map((name) => name.trim());

/** The lines of the table, with what is before and after them. @throws Error where there is no table */
const split = (readme: string): { before: string; lines: string[]; after: string } => {
  const head = HEAD.exec(readme);
  if (!head) throw new Error('the README has no table that begins with a column "flow"');
  const start = head.index + head[0].length;
  const length = (/^(?:\|.*\n)*/.exec(readme.slice(start)) ?? [''])[0].length;
  const lines = readme
    .slice(start, start + length)
    .trimEnd()
    .split('\n');
  return { before: readme.slice(0, start), lines, after: readme.slice(start + length) };
};

/** The flows that the README's table names, in its order. @throws Error where there is no table */
export const flowsInReadme = (readme: string): string[] => split(readme).lines.flatMap(flowsOf);

/**
 * The README with a line for each flow that its table lacks, and without the lines of flows that are gone. The others
 * stay as they are: their words are written by hand.
 *
 * @throws Error where there is no table
 */
export const withFlows = (readme: string, contracts: readonly Contract[]): string => {
  const { before, lines, after } = split(readme);
  const flows = new Set(contracts.map(({ flow }) => flow));
  const kept = lines.filter((line) => flowsOf(line).some((flow) => flows.has(flow)));
  const named = new Set(kept.flatMap(flowsOf));
  const added = contracts
    .filter(({ flow }) => !named.has(flow))
    .map((contract) => `| ${[contract.flow, ...callOf(contract)].join(' | ')} |`);
  return `${before}${[...kept, ...added].join('\n')}\n${after}`;
};
