import { existsSync } from 'node:fs';
import { ACCESS } from './access.ts';
import { AUTHENTICATION } from './authentication.ts';
import { INFRASTRUCTURE } from './infrastructure.ts';
import { INPUT } from './input.ts';
import { LOGGING } from './logging.ts';
import { readTags, type Tag } from './read-tags.ts';
import { applies, type Requirement, readRequirements } from './requirements.ts';
import type { Statement, Statements } from './statement.ts';

/** What the page is made of. */
export interface AsvsSources {
  requirements: readonly Requirement[];
  statements: Statements;
  tags: readonly Tag[];
}

/** Chapters of ASVS 5.0, in its order. */
const CHAPTERS: Readonly<Record<string, string>> = {
  1: 'Encoding and sanitization',
  2: 'Validation and business logic',
  3: 'Web frontend security',
  4: 'API and web service',
  6: 'Authentication',
  7: 'Session management',
  8: 'Authorization',
  9: 'Self-contained tokens',
  10: 'OAuth and OIDC',
  11: 'Cryptography',
  12: 'Secure communication',
  13: 'Configuration',
  14: 'Data protection',
  15: 'Secure coding and architecture',
  16: 'Security logging and error handling',
};

const chapterOf = (id: string): string => id.split('.')[0] ?? '';

/** Everything of this repository. */
export const ownSources = (): AsvsSources => ({
  requirements: readRequirements(),
  statements: { ...INPUT, ...AUTHENTICATION, ...ACCESS, ...INFRASTRUCTURE, ...LOGGING },
  tags: readTags(),
});

const testsOf = (id: string, tags: readonly Tag[]): Tag[] => tags.filter(({ ids }) => ids.includes(id));

const isThere = (path: string): boolean => existsSync(new URL(`../../${path.replace(/#.*/, '')}`, import.meta.url));

/** What keeps the page from being written: each a sentence that names the requirement. */
export const faultsOf = ({ requirements, statements, tags }: AsvsSources): string[] => {
  const due = new Map(requirements.filter(applies).map((one) => [one.id, one]));
  const tagged = new Set(tags.flatMap(({ ids }) => ids));
  const unknown = [...new Set([...tagged, ...Object.keys(statements)])].filter((id) => !due.has(id));
  return [
    ...unknown.map((id) => `${id} is no requirement that applies`),
    ...[...due.values()].flatMap(({ id, applicability }): string[] => {
      const statement = statements[id];
      if (!statement) return [`${id} has no statement`];
      if (statement.status === 'does-not-apply')
        return applicability === 'conditional' && !tagged.has(id) ? [] : [`${id} is no requirement on a condition`];
      const missing = statement.where.filter((path) => !isThere(path)).map((path) => `${id}: there is no ${path}`);
      return statement.status === 'met' && !tagged.has(id)
        ? [`${id} is met, and no test has its tag`, ...missing]
        : missing;
    }),
  ];
};

/** A document is linked; sources are not in the package that the page is in. */
const named = (path: string): string =>
  /\.md(?:#|$)/.test(path) ? `[${path}](${path.replace(/^(?!docs\/)/, '../').replace(/^docs\//, '')})` : `\`${path}\``;

const WORDS: Readonly<Record<Statement['status'], string>> = {
  met: '',
  stated: '',
  deviates: '**deviates**: ',
  'not-met': '**not met yet**: ',
  'does-not-apply': 'does not apply: ',
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const lineOf = ({ id, level, paraphrase }: Requirement, { statements, tags }: AsvsSources): string => {
  const statement = statements[id] as Statement;
  const where = 'where' in statement ? statement.where.map(named).join(', ') : '';
  const by = statement.status === 'stated' ? `${statement.by}: ` : '';
  const note = statement.note === undefined ? '' : cell(`${WORDS[statement.status]}${by}${statement.note}`);
  const tests = testsOf(id, tags).map(
    ({ file, title }) => `\`${file.replace(/(?:\.test)?\.ts$/, '')}\` ${cell(title)}`,
  );
  return `| ${id} (L${level}) | ${cell(paraphrase)} | ${[note, where].filter(Boolean).join(' ')} | ${tests.join('<br>') || '–'} |`;
};

/** Counts by status, for the page's head. */
const countStatuses = ({ requirements, statements }: AsvsSources): Record<Statement['status'], number> => {
  const counts = { met: 0, stated: 0, deviates: 0, 'not-met': 0, 'does-not-apply': 0 };
  for (const { id } of requirements.filter(applies)) counts[statements[id]?.status ?? 'not-met'] += 1;
  return counts;
};

/** The page. @throws Error that names every fault */
export const asvsPage = (sources: AsvsSources): string => {
  const faults = faultsOf(sources);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const due = sources.requirements.filter(applies);
  const counts = countStatuses(sources);
  const open = due.filter(({ id }) => sources.statements[id]?.status === 'not-met').map(({ id }) => id);
  const chapters = Object.entries(CHAPTERS).flatMap(([chapter, name]) => {
    const own = due.filter(({ id }) => chapterOf(id) === chapter);
    if (own.length === 0) return [];
    const lines = own.map((one) => lineOf(one, sources));
    return [
      `## V${chapter} ${name}\n\n| | it requires | where it is met | shown by |\n|---|---|---|---|\n${lines.join('\n')}\n`,
    ];
  });
  return `# OWASP ASVS 5.0, level 2

Written by \`npm run asvs\` from the list of requirements that apply (test/data), the statements in scripts/asvs and the tags in the tests (\`/** @asvs 6.5.1 */\`
above a test or suite). A test of the structure fails where this page is not what the command writes, or a requirement has neither test nor statement.

Of ${due.length} requirements that may apply: ${counts.met} are shown by tests, ${counts.stated} are seen to by AWS, the operator, a document or the design, as stated,
${counts.deviates} are met in intent and not to the letter, **${counts['not-met']} are not met yet** (${open.join(', ')}), and ${counts['does-not-apply']} are on a condition that is not given.

Requirements in the words of this project, after [OWASP ASVS 5.0](https://github.com/OWASP/ASVS), © The OWASP Foundation,
[CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/); this page is under the same licence.

${chapters.join('\n')}`;
};
