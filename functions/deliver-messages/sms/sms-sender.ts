import type { SmsRefusal } from '../../../shared/contract/sms-refusals.ts';
import type { Language } from '../../../shared/primitives/language.ts';

/** The code of an SMS, for a service that writes the text itself. */
export interface SentCode {
  /** 6 digits. */
  value: string;
  /** Of the text. */
  language: Language;
  /** Whole seconds that it still lives, 1 or more. */
  validSeconds: number;
}

export interface Sms {
  /** E.164 number of one person. */
  to: string;
  /** ISO 3166-1 alpha-2, of the number's plan. */
  country: string;
  text: string;
  /** The code that the text has; `null` for every other message, one with a token too. */
  code: SentCode | null;
  /** The SMS's intent; the same in every attempt. */
  intentId: string;
}

/** Port for sending SMS. */
export interface SmsSender {
  /** Why such an SMS can't be sent at all, to be asked before money is spent on it; `null` where it can. */
  refusalOf(sms: Pick<Sms, 'country' | 'code'>): Extract<SmsRefusal, 'originator'> | null;
  /**
   * Sends an SMS once, without retries: the flow that holds the intent decides about those.
   *
   * @throws SmsNotSent when it may not have been sent
   */
  send(sms: Sms): Promise<void>;
}
