const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR;

/** Below this, hours are clearer: "24 hours" can't be misread as "until tomorrow". */
const WHOLE_DAYS_FROM = 2;

const inUnits = (minutes: number): { unit: 'day' | 'hour' | 'minute'; amount: number }[] => {
  const days = minutes / MINUTES_PER_DAY;
  if (Number.isInteger(days) && days >= WHOLE_DAYS_FROM) return [{ unit: 'day', amount: days }];
  return [
    { unit: 'hour', amount: Math.floor(minutes / MINUTES_PER_HOUR) },
    { unit: 'minute', amount: minutes % MINUTES_PER_HOUR },
  ];
};

/**
 * Formats a duration for people: "30 minutes", "1 Stunde und 30 Minuten".
 *
 * @param seconds 1 or more; rounded down to whole minutes from 60 on, so that the text never promises too much
 * @param locale a BCP 47 tag
 */
export const formatDuration = ({ seconds, locale }: { seconds: number; locale: string }): string => {
  const minutes = Math.floor(seconds / SECONDS_PER_MINUTE);
  const units = minutes > 0 ? inUnits(minutes) : [{ unit: 'second', amount: seconds }];
  const parts = units
    .filter(({ amount }) => amount > 0)
    .map(({ unit, amount }) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(amount),
    );
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(parts);
};
