import { oneLine } from '../one-line.ts';
import { gsmSeptets } from './gsm-alphabet.ts';
import { smsSegments } from './sms-segments.ts';

/** Common replacements of letters and marks that Unicode does not decompose. */
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

/** Symbols and pictures are not needed in a name. */
const SYMBOL = /[\p{Extended_Pictographic}\p{So}\p{Sk}]/u;

const inGsm = (character: string): string => {
  if (gsmSeptets(character) !== null) return character;
  const substitute = SUBSTITUTES[character];
  if (substitute !== undefined) return substitute;
  if (SYMBOL.test(character)) return '';
  return character.normalize('NFKD').replace(/\p{M}/gu, '');
};

/**
 * Writes a name in the GSM alphabet, without symbols and unsupported accents.
 *
 * @param name any text
 * @returns one line; `null` when the alphabet can't express the whole name, such as one in Cyrillic or kanji
 */
export const gsmName = (name: string): string | null => {
  const written = oneLine(Array.from(oneLine(name).normalize('NFC'), inGsm).join(''));
  return smsSegments(written).encoding === 'GSM-7' && /[\p{L}\p{N}]/u.test(written) ? written : null;
};
