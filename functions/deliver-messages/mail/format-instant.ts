/**
 * Formats an instant as date and time in UTC, because the reader's time zone is unknown.
 *
 * @param instant RFC 3339
 * @param locale a BCP 47 tag
 * @throws RangeError for an invalid instant
 */
export const formatInstant = ({
  instant,
  locale,
}: {
  instant: string;
  locale: string;
}): { date: string; time: string } => {
  const at = new Date(instant);
  return {
    date: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(at),
    time: new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(at),
  };
};
