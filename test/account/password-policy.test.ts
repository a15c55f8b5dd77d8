import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { normalizePassword, type PasswordRefusal, refusePassword } from '../../shared/account/password-policy.ts';

const CONTEXT = ['Bookshelf', 'jane.appleseed', 'Jane Q. Appleseed', 'Müller-Lüdenscheidt'];

const refusal = (password: string, minimumCodePoints = 8): PasswordRefusal | null =>
  refusePassword({ password, minimumCodePoints, contextWords: CONTEXT });

const common = JSON.parse(
  readFileSync(new URL('../../shared/account/common-passwords.json', import.meta.url), 'utf8'),
) as string[];

/** A letter that needs two UTF-16 units. */
const ASTRAL = '𝓐𝓑𝓒𝓓'; // NFKC makes ASCII of these
const EMOJI = '🦊';

describe('password-policy', () => {
  /** @asvs 6.2.1, 6.2.5, 6.2.8, 6.2.9 */
  it.each<[string, string, PasswordRefusal | null]>([
    ['nothing', '', 'too-short'],
    ['7 code points', 'abcdefg', 'too-short'],
    ['8 code points', 'qwfpgjlu', null],
    ['7 astral characters, though 14 UTF-16 units', EMOJI.repeat(7), 'too-short'],
    ['8 astral characters', EMOJI.repeat(8), null],
    ['128 code points', 'x1'.repeat(64), null],
    ['129 code points', `${'x1'.repeat(64)}y`, 'too-long'],
    ['128 astral characters, though 256 UTF-16 units', EMOJI.repeat(128), null],
    ['129 astral characters', EMOJI.repeat(129), 'too-long'],
    ['8 letters that NFKC makes 4 of', 'e\u0301'.repeat(4), 'too-short'],
    ['one ligature that NFKC makes 18 letters of', '\uFDFA', null],
    ['eight ligatures that are far too long after NFKC', '\uFDFA'.repeat(8), 'too-long'],
    ['only blanks', ' '.repeat(8), null],
    ['no composition rules: lower case alone', 'correcthorsebattery', null],
    ['a NUL inside', 'correct\0horse battery', 'invalid-characters'],
    ['a NUL at the end', 'correct horse battery\0', 'invalid-characters'],
    ['half a surrogate pair', 'correct horse \ud83e battery', 'invalid-characters'],
    ['the other half', 'correct horse battery\udd8a', 'invalid-characters'],
    ['halves in the wrong order', 'correct horse \udd8a\ud83e', 'invalid-characters'],
    ['the sign that a decoder puts for what it could not read', 'correct horse \ufffd battery', 'invalid-characters'],
    ['a common one', 'password', 'breached'],
    ['a common one in capitals', 'PASSWORD', 'breached'],
    ['a common one in mixed case', 'TrustNo1', 'breached'],
    ['a common one in full-width letters', 'ｐａｓｓｗｏｒｄ', 'breached'],
    ['a common one in mathematical letters', '𝓹𝓪𝓼𝓼𝔀𝓸𝓻𝓭', 'breached'],
    ['one that only begins like a common one', 'password of mine', null],
    ['the product', 'my Bookshelf 7', 'contains-personal-data'],
    ['the product in other case', 'BOOKSHELF77', 'contains-personal-data'],
    ['the product within another word', 'MYBOOKSHELF77', null],
    ['the product beside enough of other things', 'my bookshelf leans to the left', null],
    ['a word of the address', 'appleseed!!77', 'contains-personal-data'],
    ['a word of the name', 'xx-Appleseed-xx', 'contains-personal-data'],
    ['a name with umlauts', 'MÜLLERmüller1', 'contains-personal-data'],
    ['a name whose umlaut is written as two', 'mu\u0308ller strasse', 'contains-personal-data'],
    ['a single letter of the name', 'quietly quick', null],
  ])('judges %s', (_, password, expected) => {
    expect(refusal(password)).toBe(expected);
  });

  it('counts by the setting where an operator asks for more', () => {
    expect(refusal('fourteen chars', 15)).toBe('too-short');
    expect(refusal('fifteen charss!', 15)).toBeNull();
  });

  /** @asvs 6.2.4 */
  it('refuses at least the 3,000 commonest that are long enough, whatever their case', () => {
    expect(common.length).toBeGreaterThanOrEqual(3000);
    for (const password of common) {
      expect(refusePassword({ password: password.toUpperCase(), minimumCodePoints: 8, contextWords: [] })).toBe(
        'breached',
      );
    }
  });

  it('keeps no password in its list that the list could never meet', () => {
    const unreachable = common.filter(
      (password) => password !== password.normalize('NFKC').toLowerCase() || Array.from(password).length < 8,
    );

    expect(unreachable).toEqual([]);
  });

  /** What is left without the whole words of the context decides, and eight code points are enough. */
  it.each<[string, string, PasswordRefusal | null]>([
    ['info', 'misinformation travels at 40 mph', null],
    ['info', 'info info info', 'contains-personal-data'],
    ['info', 'infoinfoinfo', 'contains-personal-data'],
    ['info', 'INFO-info-2024', 'contains-personal-data'],
    ['info', '  info  1234567', 'contains-personal-data'],
    ['info', 'info12345678', null],
    ['info', 'info travels at 40 mph', null],
    ['anna', 'annapurna 8091', null],
    ['anna', 'anna 8091', 'contains-personal-data'],
    ['anna', 'anna8091', 'contains-personal-data'],
    ['ann', 'ann ann ann', null],
    ['user42', 'user42 user42', 'contains-personal-data'],
    ['user42', 'user421 user421', null],
    ['anna.lind', 'anna lind anna', 'contains-personal-data'],
    ['anna.lind', 'anna.lind1', 'contains-personal-data'],
    ['𝓪𝓷𝓷𝓪 🦊', 'anna 🦊 anna', 'contains-personal-data'],
    ['müller', 'müllerin geht 3 mal', null],
  ])('beside the word %j judges %j', (word, password, expected) => {
    expect(refusePassword({ password, minimumCodePoints: 8, contextWords: [word] })).toBe(expected);
  });

  describe('the address and the number as a whole', () => {
    const OWNER = { contextWords: ['Bookshelf', 'a.b'], email: 'a.b@c-d.io', phoneNumber: '+436601234567' };
    const judge = (password: string) => refusePassword({ password, minimumCodePoints: 8, ...OWNER });

    it.each([
      'a.b@c-d.io',
      'A.B@C-D.io',
      'ａ.ｂ@c-d.io',
      'a.b@c-d.io!',
      '1234567a.b@c-d.io',
      'mailto:a.b@c-d.io',
      '  a.b@c-d.io          ',
      'a.b@c-d.io a.b@c-d.io',
      '+436601234567',
      '0660 1234567',
      '0660/123 45 67',
      'tel. 0660-1234567',
      'a.b@c-d.io 0660 1234567',
    ])('are no password: %j', (password) => {
      expect(judge(password)).toBe('contains-personal-data');
    });

    it.each([
      'a.b@c-d.io rings when soup is ready',
      'my old number was 0660 1234567, sadly',
      '87654321a.b@c-d.io',
      '06 apples, 60 pears, 12 plums, 34567 nuts',
      '20261128201530',
      'a.b.c.d.e.f',
      'c-d.io is down',
      'me@c-d.io',
    ])('forbid nothing that is more than they are, or less: %j', (password) => {
      expect(judge(password)).toBeNull();
    });

    it('forbid a local part, a name or a product of short words as a whole, and the words nowhere', () => {
      const words = { minimumCodePoints: 8, contextWords: ['My TV', 'j.o.h.n.d', 'Al van Oz'] };

      for (const password of ['j.o.h.n.d', 'al van oz', 'my tv my tv', 'AL VAN OZ 1'])
        expect(refusePassword({ password, ...words })).toBe('contains-personal-data');
      for (const password of ['van of oz and al', 'tv is my thing', 'join.john.d'])
        expect(refusePassword({ password, ...words })).toBeNull();
    });
  });

  it.each([
    ['composed and decomposed', 'caf\u00e9 au lait', 'cafe\u0301 au lait'],
    ['full-width and plain', 'ｃｏｒｒｅｃｔ horse', 'correct horse'],
    ['no-break space and space', 'correct\u00a0horse', 'correct horse'],
  ])('takes %s for the same password, as two keyboards would type it', (_, one, other) => {
    expect(normalizePassword(one)).toBe(normalizePassword(other));
  });

  it.each([
    ['case', 'Correct horse', 'correct horse'],
    ['a blank at the end', 'correct horse ', 'correct horse'],
    ['a zero-width joiner', 'correct\u200d horse', 'correct horse'],
    ['a Cyrillic letter', 'c\u043errect horse', 'correct horse'],
  ])('keeps apart what differs in %s', (_, one, other) => {
    expect(normalizePassword(one)).not.toBe(normalizePassword(other));
  });

  it('still compares a password with such a sign in it: some may have been set before they were refused', () => {
    expect(normalizePassword('correct horse \ufffd battery')).toBe('correct horse \ufffd battery');
  });

  it('never makes two passwords of one by cutting: what is hashed ends as it was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (password) => {
        const normal = normalizePassword(password);
        expect(normal).toBe(password.includes('\0') ? null : password.normalize('NFKC'));
        expect(normal === null ? null : normalizePassword(normal)).toBe(normal);
      }),
      { numRuns: 500, seed: 20261121 },
    );
  });

  it('has no password of 128 code points that is longer than the 1,024 units which sign-in reads', () => {
    const raw = 'α\u0313\u0300\u0345'.repeat(128); // NFKC composes these four code points to one, the largest ratio there is

    expect(raw.length).toBeLessThanOrEqual(1024);
    expect(Array.from(raw.normalize('NFKC'))).toHaveLength(128);
    expect(refusal(raw)).toBeNull();
  });

  it('knows what it tests: NFKC makes ASCII of mathematical letters', () => {
    expect(ASTRAL.normalize('NFKC')).toBe('ABCD');
  });
});
