import { problem } from '../contract/problems.ts';
import type { Scope } from '../lambda/scope.ts';
import type { PhoneNumber } from '../primitives/phone-number.ts';

/** Whether SMS go to numbers of a country at all. */
export const isServedCountry = (
  { countries }: { countries: readonly string[] },
  { country }: { country: string },
): boolean => countries.includes(country);

/**
 * Refuses a number that a request names, of a country without SMS. It looks at the number and the settings alone, so the answer
 * tells nothing about accounts, and comes before anything is counted.
 *
 * @throws problem unsupported-country
 */
export type RequireServedCountry = (number: PhoneNumber) => void;

export const provideRequireServedCountry =
  ({ settings }: Scope<'sms.countries'>): RequireServedCountry =>
  (number) => {
    if (!isServedCountry(settings.sms, number)) throw problem('unsupported-country');
  };
