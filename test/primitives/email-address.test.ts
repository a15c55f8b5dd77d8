import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalEmailAddress, isMisread } from '../../shared/primitives/email-address.ts';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The file writes control characters as their symbols, 0x2400 higher. */
const decoded = (xml: string): string =>
  xml
    .replace(/&(\w+);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/&#x([0-9A-Fa-f]+);/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/[\u2400-\u241f]/g, (symbol) => String.fromCharCode(symbol.charCodeAt(0) - 0x2400));

/** @see https://isemail.info, test/data/LICENSE.isemail.BSD.md */
const corpus = [
  ...readFileSync(new URL('../data/isemail_tests.xml', import.meta.url), 'utf8').matchAll(
    /<test id="(\d+)">\s*<address(?:\/>|>(.*?)<\/address>).*?<category>(.*?)<\/category>/gs,
  ),
].map(([, id = '', address = '', category = '']) => ({ id, address: decoded(address), category }));

/** Without the white space around it, which people copy along. */
const within = (address: string): string => address.replace(/^\s+|\s+$/g, '');

/** Why we refuse what the RFCs allow; `null` for what must be accepted. */
const reasonToRefuse = (address: string): string | null => {
  const at = address.lastIndexOf('@');
  const [localPart, domain] = [address.slice(0, at), address.slice(at + 1)];
  const labels = domain.split('.');
  const rules: [string, boolean][] = [
    ['comments, white space and control characters', /[()\s\p{Cc}]/u.test(address)],
    ['a quoted local part', localPart.includes('"')],
    ['an address literal', domain.includes('[')],
    ['a local part over 64 octets', localPart.length > 64],
    ['an address over 254 octets', address.length > 254],
    ['a label over 63 octets', labels.some((label) => label.length > 63)],
    ['a host name without a dot', labels.length < 2],
    ['a top level that no registry has', !/^(?:[a-z]{2,}|xn--[a-z0-9-]+)$/i.test(labels.at(-1) ?? '')],
    ['something else than letters, digits and hyphens in the domain', !/^[\w.-]+$/.test(domain)],
  ];
  return rules.find(([, applies]) => applies)?.[0] ?? null;
};

/** What Python's idna and libidn2 agree on. @see scripts/make-idna-vectors.py */
const { vectors: domains } = JSON.parse(
  readFileSync(new URL('../data/idna_vectors.json', import.meta.url), 'utf8'),
) as { vectors: [domain: string, ascii: string | null][] };

describe('email-address', () => {
  it('reads the whole corpus of isemail', () => {
    expect(corpus).toHaveLength(164);
    expect(corpus.filter(({ category }) => category === 'ISEMAIL_ERR')).toHaveLength(66);
  });

  it.each(corpus.filter(({ category, address }) => category === 'ISEMAIL_ERR' && address === within(address)))(
    'refuses $address, which isemail calls an error (#$id)',
    ({ address }) => {
      expect(canonicalEmailAddress(address)).toBeNull();
    },
  );

  it.each(
    corpus
      .filter(({ category, address }) => category !== 'ISEMAIL_ERR' || address !== within(address))
      .map((one) => ({ ...one, reason: reasonToRefuse(within(one.address)) })),
  )('takes $address (#$id) for mail that can arrive, unless there is a reason: $reason', ({ address, reason }) => {
    expect(canonicalEmailAddress(address)).toBe(reason === null ? within(address).toLowerCase() : null);
  });

  it.each([
    ['Reader@EXAMPLE.com', 'reader@example.com'],
    ['reader@bücher.example', 'reader@xn--bcher-kva.example'],
    ['READER@BÜCHER.example', 'reader@xn--bcher-kva.example'],
    ['reader@xn--bcher-kva.example', 'reader@xn--bcher-kva.example'],
    ['reader@bu\u0308cher.example', 'reader@xn--bcher-kva.example'],
    ['reader@example。com', 'reader@example.com'],
    ['reader@ｅｘａｍｐｌｅ．ｃｏｍ', 'reader@example.com'],
    ["o'brien+books@example.com", "o'brien+books@example.com"],
  ])('gives %s the one form %s', (spelling, canonical) => {
    expect(canonicalEmailAddress(spelling)).toBe(canonical);
  });

  it.each([
    ['the Kelvin sign', '\u212Aim@example.com'],
    ['the Kelvin sign at the end', 'rea\u212A@example.com'],
    ['the long s', 'le\u017Fer@example.com'],
    ['a dotless i', 'k\u0131m@example.com'],
    ['a dotted capital I', 'K\u0130M@example.com'],
    ['full-width letters', '\uFF4Bim@example.com'],
    ['a Cyrillic a', 're\u0430der@example.com'],
    ['a combining mark', 'rea\u0301der@example.com'],
    ['a zero-width joiner', 'rea\u200Dder@example.com'],
    ['a soft hyphen', 'rea\u00ADder@example.com'],
  ])('refuses %s in a local part, so that it can not fold into somebody else', (_, address) => {
    expect(canonicalEmailAddress(address)).toBeNull();
  });

  it.each([
    ['strasse.example', 'straße.example'],
    ['example.com', 'ex\u0430mple.com'],
    ['kim.example', 'k\u0131m.example'],
    ['faros.example', 'φάρος.example'],
  ])('keeps the domain %s apart from its twin %s', (domain, twin) => {
    const [one, other] = [canonicalEmailAddress(`a@${domain}`), canonicalEmailAddress(`a@${twin}`)];

    expect(one).toBe(`a@${domain}`);
    expect(other).toMatch(/^a@(?:xn--)/);
  });

  describe('a domain beyond ASCII', () => {
    it('is held against many: letters of every script, and those whose place decides', () => {
      expect(domains.length).toBeGreaterThan(300);
      expect(domains.filter(([, ascii]) => ascii === null).length).toBeGreaterThan(20);
    });

    it.each(domains)('is read as other readers of IDNA 2008 do: %s as %s', (domain, ascii) => {
      expect(canonicalEmailAddress(`a@${domain}`)).toBe(ascii === null ? null : `a@${ascii}`);
    });

    /** Letters that Unicode calls punctuation. @see RFC 5892, appendix A */
    it.each([
      ['col·legi.example', 'xn--collegi-xma.example'],
      ['カタ・カナ.jp', 'xn--lcka3d1b7p.jp'],
      ['רמב״ם.example', 'xn--5dbyb3bxd.example'],
      ['xn--collegi-xma.example', 'xn--collegi-xma.example'],
    ])('may be %s', (domain, ascii) => {
      expect(canonicalEmailAddress(`a@${domain}`)).toBe(`a@${ascii}`);
    });

    it.each([
      ['a middle dot that stands between no two l', 'a·b.example'],
      ['its A-label', 'xn--ab-0ea.example'],
      ['a Hebrew sign behind a Latin letter', 'a״b.example'],
      ['a Katakana dot among Latin letters', 'a・b.example'],
      ['digits of two Arabic kinds', 'ب٠۱.example'],
      ['an A-label that is none', 'xn--a.com'],
      ['an A-label of a symbol', 'xn--n3h.example'],
      ['an empty A-label', 'xn--.example'],
      ['an A-label of plain ASCII', 'xn--bcher-.example'],
      ['hyphens in third and fourth place', 'ab--ü.example'],
      ['a hyphen at the end', 'ü-.example'],
      ['a tatweel', 'مـر.example'],
    ])('has not %s', (_, domain) => {
      expect(canonicalEmailAddress(`a@${domain}`)).toBeNull();
    });

    it('keeps a capital ẞ for the ß that it is, however old the tables of the platform are', () => {
      for (const domain of ['STRAẞE.example', 'straße.example', 'xn--strae-oqa.example'])
        expect(canonicalEmailAddress(`a@${domain}`)).toBe('a@xn--strae-oqa.example');
    });
  });

  it('takes the Kelvin sign in a domain for the k that DNS would look up', () => {
    expect(canonicalEmailAddress('a@\u212Aim.example')).toBe('a@kim.example');
  });

  it.each([
    'a@example.com,b@example.com',
    'a@example.com b@example.com',
    'a@example.com;b@example.com',
    'a@example.com\nX-Note: b@example.com',
    'a@example.com%0aX-Note:b@example.com',
    '"a@example.com"@example.org',
    'A Reader <a@example.com>',
    'a@example.com>',
    'a@b@example.com',
    'a@example.com\0',
    'a@127.0.0.1',
    'a@0xc0.2',
    'a@[::1]',
    'a@example.com:25',
    'a@example.com/path',
    'a@example.com#fragment',
    'a@user:pw@example.com',
    'a@exa%6dple.com',
    'a@example..com',
    'a@example.com.',
    'a@.example.com',
    'a@-example.com',
    'a@example-.com',
    'a@xn--\u00fc.com',
    'a@localhost',
    'a@books.example.7',
    'reader.example.com',
    '@example.com',
    'a@',
    '',
  ])('refuses %j', (text) => {
    expect(canonicalEmailAddress(text)).toBeNull();
  });

  it.each([
    ['an encoded word', '=?utf-8?q?reader?=@example.com'],
    ['one in base64', '=?utf-8?b?cmVhZGVy?=@example.com'],
    ['one amid other text', 'a=?utf-8?q?reader?=b@example.com'],
    ['one of an unknown character set', '=?x?x?reader?=@example.com'],
    ['one of no kind', '=?reader?=@example.com'],
    ['one that has not ended', '=?utf-8?q?reader@example.com'],
  ])(
    'tells that mail software reads %s as another local part, and still reads it: an account may have it',
    (_, address) => {
      const [lower, upper] = [canonicalEmailAddress(address), canonicalEmailAddress(address.toUpperCase())];

      expect([lower, upper]).toEqual([address.toLowerCase(), address.toLowerCase()]);
      expect(isMisread(lower ?? '')).toBe(true);
    },
  );

  it.each(['what=?@example.com', '?=@example.com', '?=?@example.com', '=?reader@example.com', 'a=b?c=d@example.com'])(
    'takes %s, in which nothing is encoded',
    (address) => {
      expect(canonicalEmailAddress(address)).toBe(address);
      expect(isMisread(address)).toBe(false);
    },
  );

  it.each([
    ['reader%other.example@example.com', true],
    ['other.example!reader@example.com', true],
    ['|reader@example.com', true],
    ['/home/reader@example.com', true],
    ['-reader@example.com', true],
    ['rea-der@example.com', false],
    ['reader/books@example.com', false],
    ['reader|books@example.com', false],
    ["o'brien+books@example.com", false],
    ['reader@example.com', false],
  ])('says whether a server may send mail for %s on to elsewhere: %j', (address, expected) => {
    expect(canonicalEmailAddress(address)).toBe(address);
    expect(isMisread(address)).toBe(expected);
  });

  it('stops at 64 octets of local part and 254 of the whole, counted in the canonical form', () => {
    const longLocalPart = (length: number) => `${'a'.repeat(length)}@example.com`;
    const longDomain = (length: number) => {
      const domain = `${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`;
      return `${'a'.repeat(length - domain.length - 1)}@${domain}`;
    };

    expect(canonicalEmailAddress(longLocalPart(64))).not.toBeNull();
    expect(canonicalEmailAddress(longLocalPart(65))).toBeNull();
    expect(canonicalEmailAddress(longDomain(254))).toHaveLength(254);
    expect(canonicalEmailAddress(longDomain(255))).toBeNull();
    expect(canonicalEmailAddress(`${'a'.repeat(60)}@${`${'ü'.repeat(40)}.`.repeat(4)}example`)).toBeNull();
  });

  it('does no work for a longer text, although invisible characters of its domain would be dropped', () => {
    const withInvisible = (count: number) => `reader@books${'\ufe0f'.repeat(count)}.example`;

    expect(canonicalEmailAddress(withInvisible(1))).toBe('reader@books.example');
    expect(canonicalEmailAddress(withInvisible(254))).toBeNull();
  });

  /** @asvs 1.1.1 */
  it('has only fixed points: the form of a form is the form', () => {
    const address = fc.oneof(
      fc.emailAddress(),
      fc
        .tuple(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.domain())
        .map(([local, domain]) => `${local}@${domain}`),
      fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `a@${text}`),
    );

    fc.assert(
      fc.property(address, (text) => {
        const canonical = canonicalEmailAddress(text);
        if (canonical === null) return;
        expect(canonical).toMatch(/^[\x21-\x7e]+@[a-z0-9.-]+$/);
        expect(canonical).toBe(canonical.toLowerCase());
        expect(canonicalEmailAddress(canonical)).toBe(canonical);
      }),
      { numRuns: 2000, seed: 20261121 },
    );
  });
});
