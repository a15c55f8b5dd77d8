import type { Settings } from './settings.ts';

/** What SMS to a country have to come from. */
type Wanted = 'sender-id' | 'number';

/**
 * Countries that want an originator which was registered or bought beforehand, as of 2026-11-30. Others may want one too.
 *
 * @see AWS End User Messaging SMS user guide, "Registration forms" (sender ids), "Registration support" (United States, Canada)
 */
const WANTED: Readonly<Record<string, Wanted>> = {
  ...Object.fromEntries(
    'AE AT AU BY CN EG ES FI ID IE IN JO KE KW KZ LK PH QA RU SA SG TH TR'
      .split(' ')
      .map((country) => [country, 'sender-id'] as const),
  ),
  CA: 'number',
  US: 'number',
};

/** What of the settings says where SMS come from. */
type Originators = Pick<Settings['sms'], 'originators' | 'senderId' | 'originationNumber'>;

/** Whether SMS to a country would be lost, because it wants an originator and the settings name none. */
export const wantsOriginator = (
  { originators, senderId, originationNumber }: Originators,
  country: string,
): boolean => {
  if (originators[country] !== undefined) return false;
  const wanted = WANTED[country];
  return (wanted === 'sender-id' && senderId === null) || (wanted === 'number' && originationNumber === null);
};

/** Whether a country takes a sender id that is registered, and no other. */
export const wantsRegistration = (country: string): boolean => WANTED[country] === 'sender-id';
