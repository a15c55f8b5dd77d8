/**
 * Writes an instant as a date and a time of day, both in UTC: where the reader is, nobody knows.
 *
 * @param instant RFC 3339
 * @param locale a BCP 47 tag
 * @throws RangeError for what is no instant
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
