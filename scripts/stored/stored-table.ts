import type { Left, Measured } from './measure-stored.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Instants have different digits at different times, so that the last bytes mean nothing. */
const BYTES_STEP = 50;

/** In whole hours, and from two days on in whole days, rounded up. */
const lifeText = ({ items, longestSeconds }: Left): string => {
  if (items === 0) return '–';
  if (longestSeconds === null) return 'for good';
  return longestSeconds < 2 * DAY ? `${Math.ceil(longestSeconds / HOUR)} h` : `${Math.ceil(longestSeconds / DAY)} days`;
};

const cells = (left: Left): string =>
  `${left.items} · ${(Math.ceil(left.bytes / BYTES_STEP) * BYTES_STEP).toLocaleString('en')} · ${lifeText(left)}`;

/** The table of docs/security.md: what each request of a stranger leaves, in items, bytes and time. */
export const storedTable = (measured: readonly Measured[]): string =>
  [
    '| a first request, with its message | about an account or its number | about one that the service does not know |',
    '|---|---|---|',
    ...measured.map(({ name, known, unknown }) => `| ${name} | ${cells(known)} | ${cells(unknown)} |`),
  ].join('\n');

const BEGIN = '<!-- npm run stored: begin -->';
const END = '<!-- npm run stored: end -->';

/** The table that a page has. */
export const tableIn = (page: string): string => page.split(`${BEGIN}\n`)[1]?.split(`\n${END}`)[0] ?? '';

/** Puts a table in the place of the one that a page has. @throws Error where the page has no place for it */
export const withTable = (page: string, table: string): string => {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`the page must have ${BEGIN} and ${END}`);
  return `${page.slice(0, before)}${BEGIN}\n${table}\n${page.slice(after)}`;
};
