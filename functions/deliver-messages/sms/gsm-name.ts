import { oneLine } from '../one-line.ts';
import { gsmSeptets } from './gsm-alphabet.ts';
import { smsSegments } from './sms-segments.ts';

/** Letters and marks that Unicode doesn't take apart, as people write them where they can't be had. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ı: 'i',
  œ: 'oe',
  Œ: 'OE',
  ẞ: 'SS',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '`': "'",
};

/** Symbols and pictures say nothing that a name needs. */
const SYMBOL = /[\p{Extended_Pictographic}\p{So}\p{Sk}]/u;

const inGsm = (character: string): string => {
  if (gsmSeptets(character) !== null) return character;
  const substitute = SUBSTITUTES[character];
  if (substitute !== undefined) return substitute;
  if (SYMBOL.test(character)) return '';
  return character.normalize('NFKD').replace(/\p{M}/gu, '');
};

/**
 * Writes a name in the alphabet of SMS: accents that it hasn't got are left out, and symbols.
 *
 * @param name any text
 * @returns one line; `null` when the name can't be written so, as one in Cyrillic or kanji: part of a name is nobody's
 */
export const gsmName = (name: string): string | null => {
  const written = oneLine(Array.from(oneLine(name).normalize('NFC'), inGsm).join(''));
  return smsSegments(written).encoding === 'GSM-7' && /[\p{L}\p{N}]/u.test(written) ? written : null;
};
