import { describe, expect, it } from '@jest/globals';
import {
  type ComposeNoticeSmsInput,
  composeNoticeSms,
} from '../../../functions/deliver-messages/sms/compose-notice-sms.ts';
import { smsSegments } from '../../../functions/deliver-messages/sms/sms-segments.ts';
import { LANGUAGES } from '../../../shared/primitives/language.ts';

const TOKEN = '0123456789ABCDEFGHJKMNPQRS';
const ORIGIN = 'https://auth.bookshelf.example';
const LONG_NAME =
  'Bookshelf and Reading Circle of Graz-Süd, with its Branches in Leoben, Bruck and Weiz, and all of their Friends';

const compose = (changes: Partial<ComposeNoticeSmsInput> = {}): string =>
  composeNoticeSms({
    about: 'change',
    token: TOKEN,
    language: 'en',
    productName: 'Bookshelf',
    publicUrl: ORIGIN,
    ...changes,
  });

describe('compose-notice-sms', () => {
  it('says what happened, and what to do about it', () => {
    expect(LANGUAGES.map((language) => compose({ language }))).toEqual([
      `The sign-in details of your account with Bookshelf were changed. Not you? Undo it within 7 days:\n${ORIGIN}/ui/undo?lang=en#token=${TOKEN}`,
      `Die Anmeldedaten Ihres Kontos bei Bookshelf wurden geändert. Nicht Sie? Binnen 7 Tagen rückgängig machen:\n${ORIGIN}/ui/undo?lang=de#token=${TOKEN}`,
    ]);
    expect(compose({ token: null })).toBe(
      'The sign-in details of your account with Bookshelf were changed. See our e-mail.',
    );
    expect(compose({ about: 'undo', token: null })).toBe(
      'A change of your account with Bookshelf was undone and all devices were signed out. See our e-mail.',
    );
  });

  it('says what support is asked for with a link that stops it, and without one that it was done', () => {
    const link = (language: string) => `${ORIGIN}/ui/not-me?lang=${language}#link=${TOKEN}`;

    expect(LANGUAGES.map((language) => compose({ language, about: 'factor-reset' }))).toEqual([
      `Our support was asked to switch off the second factor of your account with Bookshelf. Not you? Stop it:\n${link('en')}`,
      `Unser Support soll den zweiten Faktor Ihres Kontos bei Bookshelf abschalten. Nicht Sie? Stoppen:\n${link('de')}`,
    ]);
    expect(compose({ about: 'factor-reset-done', language: 'de', token: null })).toBe(
      'Unser Support hat den zweiten Faktor Ihres Kontos bei Bookshelf abgeschaltet. Siehe unsere E-Mail.',
    );
  });

  it.each(LANGUAGES)(
    'has two segments at the most, in the GSM alphabet, whatever the name and the host: %s',
    (language) => {
      for (const productName of ['Bookshelf', LONG_NAME, 'Łódź 書店']) {
        for (const publicUrl of [
          ORIGIN,
          `https://accounts.${'a.'.repeat(30)}example`,
          `https://${'a.'.repeat(120)}example`,
        ]) {
          for (const about of ['change', 'undo', 'factor-reset', 'factor-reset-done'] as const) {
            const token = about === 'undo' || about === 'factor-reset-done' ? null : TOKEN;
            const text = compose({ language, productName, publicUrl, about, token });

            expect(smsSegments(text)).toMatchObject({ encoding: 'GSM-7' });
            expect(smsSegments(text).segments).toBeLessThanOrEqual(2);
          }
        }
      }
    },
  );

  it('has the whole link or none', () => {
    const texts = [30, 120].map((parts) => compose({ publicUrl: `https://${'a.'.repeat(parts)}example` }));

    expect(texts.map((text) => text.includes(TOKEN))).toEqual([true, false]);
    expect(texts[1]).toContain('See our e-mail.');
  });
});
