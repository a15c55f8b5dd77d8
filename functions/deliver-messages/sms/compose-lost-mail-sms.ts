import type { LostMail } from '../../../shared/outbox/intent.ts';
import type { Language } from '../../../shared/primitives/language.ts';
import { gsmName } from './gsm-name.ts';
import { smsTextsDe } from './languages/sms-texts-de.ts';
import { smsTextsEn } from './languages/sms-texts-en.ts';
import { smsSegments } from './sms-segments.ts';
import type { SmsTexts } from './sms-texts.ts';

const TEXTS: Readonly<Record<Language, SmsTexts>> = { en: smsTextsEn, de: smsTextsDe };

/** Composes the SMS that tells of a mail which did not arrive, in one segment where that is possible without the product's name. */
export const composeLostMailSms = ({
  about,
  language,
  productName,
}: {
  about: LostMail;
  language: Language;
  /** Any text; left out if the GSM alphabet can't express it or the room is too small. */
  productName: string;
}): string => {
  const say = TEXTS[language].lostMail[about];
  const named = say({ product: gsmName(productName) });
  return smsSegments(named).segments === 1 ? named : say({ product: null });
};
