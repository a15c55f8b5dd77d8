import { ORIGINATION_NUMBER } from '../primitives/e164.ts';

/** What SMS may come from, as the settings say. */
export interface SmsOrigins {
  /** By country, what its messages come from: a number, a short code or a sender id. */
  originators: Readonly<Record<string, string>>;
  /** Sender name for other countries; `null` for the account's own. */
  senderId: string | null;
  /** E.164 number for other countries; `null` lets SNS choose one. */
  originationNumber: string | null;
}

/** What one SMS comes from. */
export type SmsOrigin = Pick<SmsOrigins, 'senderId' | 'originationNumber'>;

/** SNS refuses or loses what comes from a number of another country, so an originator stands alone. */
export const smsOrigin = ({ originators, senderId, originationNumber }: SmsOrigins, country: string): SmsOrigin => {
  const own = originators[country];
  if (own === undefined) return { senderId, originationNumber };
  return ORIGINATION_NUMBER.test(own)
    ? { senderId: null, originationNumber: own }
    : { senderId: own, originationNumber: null };
};

/** Whether the settings name anything that SMS to a country can come from. */
export const hasSmsOrigin = (origins: SmsOrigins, country: string): boolean => {
  const { senderId, originationNumber } = smsOrigin(origins, country);
  return senderId !== null || originationNumber !== null;
};

/** Where SMS go to, and by what. */
interface SmsRoutes extends SmsOrigins {
  channel: 'sns' | 'notify';
  countries: readonly string[];
}

/** The countries that SNS sends to: all of them, or with Notify those that have an origin, for what is no code (docs/adr/0076). */
export const countriesBySns = (sms: SmsRoutes): string[] =>
  sms.countries.filter((country) => sms.channel === 'sns' || hasSmsOrigin(sms, country));
