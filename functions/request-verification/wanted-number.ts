import type { NumberPurpose } from '../../shared/contract/number-purposes.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';

/** A number that a signed-in owner names, and what it shall become. */
export type WantedNumber = PhoneNumber & { purpose: NumberPurpose };
