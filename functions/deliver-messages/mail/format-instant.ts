/**
 * Formats an instant as date and time in UTC, because the reader's time zone is unknown.
 *
 * @param instant RFC 3339
 * @param locale a BCP 47 tag
 * @returns `time` in hours and minutes, `clock` with seconds
 * @throws RangeError for an invalid instant
 */
export const formatInstant = ({
  instant,
  locale,
}: {
  instant: string;
  locale: string;
}): { date: string; time: string; clock: string } => {
  const at = new Date(instant);
  return {
    date: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(at),
    clock: new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone: 'UTC' }).format(at),
    time: new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(at),
  };
};
