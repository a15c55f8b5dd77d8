import * as z from 'zod/mini';
import { canonicalPhoneNumber, PHONE_NUMBER_TEXT_MAX_LENGTH } from '../primitives/phone-number.ts';
import { saying } from './field-errors.ts';

/**
 * A phone number that can receive SMS; parses to the canonical form. In a file of its own, because it loads a large
 * library.
 */
export const phoneField = z.pipe(
  z
    .string()
    .check(
      z.maxLength(PHONE_NUMBER_TEXT_MAX_LENGTH),
      z.describe(
        'A mobile number in international format, with + or 00. Spaces, hyphens, brackets and dots do not matter.',
      ),
    ),
  z.transform((text, context) => {
    const number = canonicalPhoneNumber(text);
    if (number) return number;
    context.issues.push({ code: 'custom', input: text, ...saying('not-a-mobile-number') });
    return z.NEVER;
  }),
);
