/**
 * Writes the module that knows the names of the time zone database, with its links, in its spelling.
 *
 * @param tzdata of npm's tzdata: the zones by name, and the version of the database
 */
export const timeZonesModule = ({ zones, version }: { zones: object; version: string }): string => {
  const names = Object.keys(zones)
    .filter((name) => name !== 'Factory') // a zone of no place
    .toSorted();
  return `/** Version ${version} of the IANA time zone database; written by npm run generate. */
const NAMES =
  '${names.join(' ')}';

const TIME_ZONES: ReadonlySet<string> = new Set(NAMES.split(' '));

/** Whether a text is a name of the IANA time zone database, in its spelling. @see RFC 6557 */
export const isTimeZone = (text: string): boolean => TIME_ZONES.has(text);
`;
};
