import { gsmSeptets } from './gsm-alphabet.ts';

/**
 * A segment has 140 octets, of which each part of a longer message uses 6 or 7 for its number.
 * @see 3GPP TS 23.040 §9.2.3.24.1
 */
const UNITS_PER_SEGMENT = {
  'GSM-7': { alone: 160, amongSeveral: 153 },
  'UCS-2': { alone: 70, amongSeveral: 67 },
} as const;

/** Encoding and length of an SMS. */
export interface SmsSegments {
  encoding: keyof typeof UNITS_PER_SEGMENT;
  /** Number of messages charged, 1 or more. */
  segments: number;
  /** Septets in GSM-7, UTF-16 code units in UCS-2. */
  units: number;
}

/** Characters are not split: an escape or a surrogate stays with its second half. */
const countSegments = (sizes: readonly number[], room: number): number => {
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > room) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return segments;
};

/** Computes the encoding of an SMS. One character outside of GSM-7 makes all of it UCS-2. @see 3GPP TS 23.038 §4 */
export const smsSegments = (text: string): SmsSegments => {
  const characters = Array.from(text);
  const septets = characters.map(gsmSeptets).filter((size) => size !== null);
  const encoding = septets.length === characters.length ? 'GSM-7' : 'UCS-2';
  const sizes = encoding === 'GSM-7' ? septets : characters.map((character) => character.length);
  const units = sizes.reduce<number>((sum, size) => sum + size, 0);
  const { alone, amongSeveral } = UNITS_PER_SEGMENT[encoding];
  return { encoding, units, segments: units <= alone ? 1 : countSegments(sizes, amongSeveral) };
};
