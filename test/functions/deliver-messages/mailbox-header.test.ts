import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { mailboxHeader } from '../../../functions/deliver-messages/mail/mailbox-header.ts';
import { oneLine } from '../../../functions/deliver-messages/one-line.ts';

const ADDRESS = 'no-reply@example.com';
const ENCODED_WORD = /^=\?UTF-8\?B\?([A-Za-z0-9+/]+={0,2})\?=$/;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses a display name as a mail program does: RFC 5322 quoted string, or RFC 2047 encoded words. */
const readName = (header: string): string => {
  const [, shown = ''] = /^(.+) <no-reply@example\.com>$/.exec(header) ?? [];
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(shown) ?? [];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  return shown
    .split(' ')
    .map((word) => strictUtf8.decode(Buffer.from(ENCODED_WORD.exec(word)?.[1] ?? '', 'base64')))
    .join('');
};

describe('mailbox-header', () => {
  it('quotes a plain name', () => {
    expect(mailboxHeader({ name: 'Example App', address: ADDRESS })).toBe('"Example App" <no-reply@example.com>');
  });

  it('is the address alone where nothing of the name can be shown', () => {
    expect(mailboxHeader({ name: '\r\n\u2028', address: ADDRESS })).toBe(ADDRESS);
  });

  it.each([
    'Käsekästchen',
    'Quote " and \\ backslash',
    'a, b; c: d <e@example.org> (f)',
    '=?UTF-8?Q?Bookshelf=21?=',
    '鍵'.repeat(40),
    '🔑'.repeat(40),
    'e\u0301'.repeat(40),
  ])('shows the name %j as it is', (name) => {
    expect(readName(mailboxHeader({ name, address: ADDRESS }))).toBe(name);
  });

  it('encodes a name that only looks encoded, since some programs decode inside quotes too', () => {
    const header = mailboxHeader({ name: '=?UTF-8?Q?Bank?=', address: ADDRESS });

    expect(header).toMatch(/^=\?UTF-8\?B\?/);
    expect(header).not.toContain('Bank');
  });

  /** @asvs 1.3.11 */
  it('is one line of ASCII in which every encoded word is readable alone and short enough, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80, size: 'max' }), (name) => {
        const header = mailboxHeader({ name, address: ADDRESS });
        const words = header.startsWith('=?') ? header.split(' ').slice(0, -1) : [];

        expect(header).toMatch(/^[\x20-\x7e]+$/);
        expect(words.every((word) => word.length <= 75 && ENCODED_WORD.test(word))).toBe(true);
        if (oneLine(name)) expect(readName(header)).toBe(oneLine(name));
      }),
      { numRuns: 1000 },
    );
  });
});
