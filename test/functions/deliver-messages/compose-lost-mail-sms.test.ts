import { describe, expect, it } from '@jest/globals';
import { composeLostMailSms } from '../../../functions/deliver-messages/sms/compose-lost-mail-sms.ts';
import { smsSegments } from '../../../functions/deliver-messages/sms/sms-segments.ts';
import { LANGUAGES } from '../../../shared/primitives/language.ts';

const ABOUT = ['recovery-lost', 'notice-lost'] as const;
const CASES = ABOUT.flatMap((about) => LANGUAGES.map((language) => ({ about, language })));

describe('compose-lost-mail-sms', () => {
  it.each(CASES)('names the product in one segment of the GSM alphabet: $about, $language', (input) => {
    const text = composeLostMailSms({ ...input, productName: 'Bookshelf' });

    expect(text).toContain('Bookshelf');
    expect(smsSegments(text)).toMatchObject({ segments: 1 });
  });

  it.each(CASES)('leaves out a name that would cost another segment: $about, $language', (input) => {
    const text = composeLostMailSms({ ...input, productName: 'Bookshelf '.repeat(20).trim() });

    expect(text).not.toContain('Bookshelf');
    expect(smsSegments(text)).toMatchObject({ segments: 1 });
  });
});
