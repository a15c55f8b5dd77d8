import { describe, expect, it } from '@jest/globals';
import { formatDuration } from '../../../functions/deliver-messages/mail/format-duration.ts';

const HOUR = 3600;

describe('format-duration', () => {
  it.each([
    [60, '1 minute', '1 Minute'],
    [30 * 60, '30 minutes', '30 Minuten'],
    [HOUR, '1 hour', '1 Stunde'],
    [1.5 * HOUR, '1 hour and 30 minutes', '1 Stunde und 30 Minuten'],
    [24 * HOUR, '24 hours', '24 Stunden'],
    [48 * HOUR, '2 days', '2 Tage'],
    [60 * HOUR, '60 hours', '60 Stunden'],
    [72 * HOUR, '3 days', '3 Tage'],
  ])('says %i seconds as a person would', (seconds, english, german) => {
    expect(formatDuration({ seconds, locale: 'en-GB' })).toBe(english);
    expect(formatDuration({ seconds, locale: 'de-DE' })).toBe(german);
  });

  it('promises no more than there is', () => {
    expect(formatDuration({ seconds: 30 * 60 - 1, locale: 'en-GB' })).toBe('29 minutes');
  });
});
