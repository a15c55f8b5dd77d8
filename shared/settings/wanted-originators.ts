import type { Settings } from './settings.ts';

/** What SMS to a country have to come from. */
type Wanted = 'sender-id' | 'number';

/**
 * Countries that want an originator which was registered or bought beforehand, as of 2026-11-30. Others may want one too. Where a sender id
 * has to be registered, a number of the country that sends is mostly as good. China wants a template of each message beside it. Singapore
 * and Ireland show an unregistered sender id as a likely scam, Austria and Spain block it since the autumn of 2026.
 *
 * @see AWS End User Messaging SMS user guide, "Supported countries and regions for SMS messaging", "Registration forms" (AT, FI), "Registration
 * support" (US, CA); AWS End User Messaging user guide, "Supported countries" (BD, CM, KH)
 */
export const WANTED_ORIGINATORS: Readonly<Record<string, Wanted>> = {
  ...Object.fromEntries(
    'AE AT AU BD BY CM CN EG ES FI GB ID IE IN JO KE KH KW KZ LK OM PH QA RU SA SG TH TR VN ZM'
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
  const wanted = WANTED_ORIGINATORS[country];
  return (wanted === 'sender-id' && senderId === null) || (wanted === 'number' && originationNumber === null);
};

/** Whether a country takes a sender id that is registered, and no other. */
export const wantsRegistration = (country: string): boolean => WANTED_ORIGINATORS[country] === 'sender-id';
