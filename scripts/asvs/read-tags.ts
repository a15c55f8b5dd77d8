import { readdirSync, readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

/** A test, or a suite of them, that shows requirements. */
export interface Tag {
  /** `test/attack/sms.test.ts` */
  file: string;
  /** With those of the suites around it. */
  title: string;
  /** `6.6.2` */
  ids: string[];
}

/** A call of `it`, `describe` or a relative of theirs: where it begins, in bytes, and its whole title. */
interface Titled {
  start: number;
  title: string;
}

type Node = Record<string, unknown> & { type?: string; span?: { start: number } };

const TITLED = /^(?:it|test|describe\w*)$/;

/** The name that a callee begins with: `it` of `it.each(rows)`. */
const rootOf = (callee: Node): string => {
  if (callee.type === 'Identifier') return String(callee.value);
  const inner = (callee.object ?? callee.callee ?? callee.tag) as Node | undefined;
  return inner ? rootOf(inner) : '';
};

const textOf = ({ type, value, quasis }: Node): string | null => {
  if (type === 'StringLiteral') return String(value);
  if (type !== 'TemplateLiteral') return null;
  return (quasis as { raw: string }[]).map(({ raw }) => raw).join('…');
};

/** @param suites the titles around it, which its own goes on */
const titledIn = (node: unknown, suites = ''): Titled[] => {
  if (typeof node !== 'object' || node === null) return [];
  const call = node as Node;
  const { type, callee, span } = call;
  const texts =
    type === 'CallExpression' && TITLED.test(rootOf(callee as Node))
      ? (call.arguments as { expression: Node }[]).map(({ expression }) => textOf(expression))
      : [];
  const own = texts.find((text) => text !== null) ?? null;
  const title = own === null ? suites : `${suites} ${own}`.trim();
  const inner = Object.values(node).flatMap((one) => titledIn(one, title));
  return own === null ? inner : [{ start: span?.start ?? 0, title }, ...inner];
};

/** The only form of a tag: a comment of its own, in the lines above a test or suite. */
const TAG = /^[ \t]*\/\*\* @asvs (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*) \*\/$/gm;

/** Between a tag and what it is of: blanks and other comments. */
const BETWEEN = /^(?:\s|\/\/[^\n]*|\/\*(?!\* @asvs)[\s\S]*?\*\/)*$/;

/**
 * The tags in a test's source.
 *
 * @throws Error for a mention of `@asvs` that is no tag, and a tag above nothing that has a title
 */
export const tagsIn = (file: string, source: string): Tag[] => {
  const found = [...source.matchAll(TAG)];
  if (found.length !== source.split('@asvs').length - 1) throw new Error(`${file}: a mention of @asvs that is no tag`);
  if (found.length === 0) return [];
  // swc counts bytes, on from the sources that it has read before: an empty statement tells where this one begins.
  const { body } = parseSync(`;${source}`, { syntax: 'typescript' });
  const [first] = body as unknown as { span: { start: number } }[];
  const bytes = Buffer.from(source);
  const calls = titledIn(body).map(({ start, title }) => ({ start: start - (first?.span.start ?? 0) - 1, title }));
  return found.map((match) => {
    const end = Buffer.byteLength(source.slice(0, match.index + match[0].length));
    const next = calls.filter(({ start }) => start >= end).toSorted((a, b) => a.start - b.start)[0];
    if (!next || !BETWEEN.test(bytes.subarray(end, next.start).toString()))
      throw new Error(`${file}: the tag ${match[1]} is above no test`);
    return { file, title: next.title, ids: (match[1] ?? '').split(', ') };
  });
};

/** Every tag of every test, by file and in the order of the source; also of tests that several suites share. */
export const readTags = (): Tag[] => {
  const root = new URL('../../test/', import.meta.url);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('structure/asvs.test.ts'))
    .toSorted()
    .flatMap((name) => tagsIn(`test/${name}`, readFileSync(new URL(name, root), 'utf8')));
};
