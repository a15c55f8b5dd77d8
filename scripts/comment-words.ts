/**
 * Measures the comments of the tree: `npx node scripts/comment-words.ts [path …]` prints, for each folder, the number of
 * words in comments and, per 1,000 of them, the vague persons ("nobody", "whoever") and the citations of a source.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Literals come first, so that a `//` inside a string, template or regular expression does not count as a comment. */
const TOKEN =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{};>\n]\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/|\/\/(?<line>[^\n]*)|\/\*(?<block>[\s\S]*?)\*\//g;

const WORD = /[A-Za-z][\w'’.-]*/g;
const VAGUE = /\b(?:(?:no|some|any|every)body|whoever|whatever|someone|anyone|everyone|no one)\b/gi;
const CITATION =
  /\b(?:RFC|NIST|FIPS|ASVS|OWASP|CWE|CVE|ADR|ISO|ITU-T|WHATWG|WCAG|WebAuthn|BCP|3GPP)\b|\b(?:developer|user) guide\b|\bAPI reference\b|https:\/\/|\bdocs\/adr\/\d{4}/g;

interface Figures {
  words: number;
  vague: number;
  citations: number;
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

const figuresOf = (comments: string): Figures => ({
  words: count(comments, WORD),
  vague: count(comments, VAGUE),
  citations: count(comments, CITATION),
});

const commentsOf = (source: string): string =>
  [...source.matchAll(TOKEN)].map(({ groups }) => groups?.line ?? groups?.block ?? '').join('\n');

const line = (name: string, { words, vague, citations }: Figures): string => {
  const rate = (found: number): string => ((1000 * found) / Math.max(words, 1)).toFixed(1).padStart(7);
  return `${name.padEnd(30)}${String(words).padStart(7)} words, per 1,000: vague ${rate(vague)}, citations ${rate(citations)}`;
};

const files = execFileSync('git', ['ls-files', '--', ...process.argv.slice(2)], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(?:ts|mjs)$/.test(file));

const commentsByFolder = new Map<string, string>();
for (const file of files) {
  const folder = file.split('/').slice(0, -1).slice(0, 2).join('/');
  commentsByFolder.set(folder, `${commentsByFolder.get(folder) ?? ''}\n${commentsOf(readFileSync(file, 'utf8'))}`);
}
for (const [folder, comments] of commentsByFolder) console.log(line(folder, figuresOf(comments)));
console.log(line('all', figuresOf([...commentsByFolder.values()].join('\n'))));
