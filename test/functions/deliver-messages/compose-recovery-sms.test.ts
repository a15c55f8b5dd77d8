import { describe, expect, it } from '@jest/globals';
import {
  type ComposeRecoverySmsInput,
  composeRecoverySms,
} from '../../../functions/deliver-messages/sms/compose-recovery-sms.ts';
import { smsSegments } from '../../../functions/deliver-messages/sms/sms-segments.ts';
import { LANGUAGES } from '../../../shared/primitives/language.ts';
import { groupOneTimeToken, readOneTimeToken } from '../../../shared/primitives/one-time-token.ts';

const TOKEN = '0123456789ABCDEFGHJKMNPQRS';
const GROUPED = groupOneTimeToken(TOKEN);
const ORIGIN = 'https://auth.bookshelf.example';
const NAMES = ['Bookshelf', 'Bücher & Lesekreis von Graz-Süd & Leoben', 'Łódź 書店', '{[~|€^]}'.repeat(5)];
const HOSTS = [ORIGIN, `https://accounts.${'a.'.repeat(30)}example`, `https://${'a.'.repeat(120)}example`];

const compose = (changes: Partial<ComposeRecoverySmsInput> = {}): string =>
  composeRecoverySms({
    token: TOKEN,
    validSeconds: 1800,
    language: 'en',
    productName: 'Bookshelf',
    publicUrl: ORIGIN,
    ...changes,
  });

describe('compose-recovery-sms', () => {
  it('says what the code does, how long, and what to do about it, with the page that takes it', () => {
    expect(LANGUAGES.map((language) => compose({ language }))).toEqual([
      `Set a new password for Bookshelf with this code: ${GROUPED}\nValid 30 min. Don't share it. Not you? See our e-mail.\n${ORIGIN}/ui/reset?lang=en#token=${TOKEN}`,
      `Neues Passwort für Bookshelf mit diesem Code: ${GROUPED}\nGilt 30 Min. Nie weitergeben. Nicht Sie? Siehe unsere E-Mail.\n${ORIGIN}/ui/reset?lang=de#token=${TOKEN}`,
    ]);
  });

  it.each([
    [1800, 'Valid 30 min.'],
    [119, 'Valid 1 min.'],
    [59, 'Valid 59 s.'],
  ])('never promises more than is left: %i s', (validSeconds, says) => {
    expect(compose({ validSeconds })).toContain(says);
  });

  it.each(LANGUAGES)(
    'has two segments at the most, in the GSM alphabet, whatever the name and the host: %s',
    (language) => {
      for (const productName of NAMES) {
        for (const publicUrl of HOSTS) {
          const text = compose({ language, productName, publicUrl });
          const { encoding, segments } = smsSegments(text);

          expect([encoding, segments <= 2]).toEqual(['GSM-7', true]);
          expect(text).toContain(GROUPED);
        }
      }
    },
  );

  it('leaves the name out before the link, and the link before the code', () => {
    const long = `https://${'a'.repeat(60)}.${'b'.repeat(30)}.example`;
    const withoutName = compose({ productName: 'x'.repeat(40), publicUrl: long });
    const withoutLink = compose({ publicUrl: HOSTS[2] ?? '' });

    expect([withoutName.includes('xxx'), withoutName.includes('/ui/reset')]).toEqual([false, true]);
    expect(withoutLink).not.toContain('/ui/reset');
    expect(withoutLink).toContain('Bookshelf');
  });

  it('has a code that is read as it is typed', () => {
    expect(readOneTimeToken(GROUPED.toLowerCase())).toBe(TOKEN);
  });
});
