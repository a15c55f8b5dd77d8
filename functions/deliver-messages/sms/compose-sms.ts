import type { Language } from '../../../shared/primitives/language.ts';
import { gsmName } from './gsm-name.ts';
import { smsTextsDe } from './languages/sms-texts-de.ts';
import { smsTextsEn } from './languages/sms-texts-en.ts';
import { smsSegments } from './sms-segments.ts';
import type { SmsPurpose, SmsTexts } from './sms-texts.ts';

const TEXTS: Readonly<Record<Language, SmsTexts>> = { en: smsTextsEn, de: smsTextsDe };

/** Longer ones are not handed to the app. @see https://developers.google.com/identity/sms-retriever/verify */
const RETRIEVER_MAX_BYTES = 140;

export interface ComposeSmsInput {
  /** 6 digits. */
  code: string;
  purpose: SmsPurpose;
  language: Language;
  /** Any text; left out when it can't be written in the alphabet of SMS or leaves too little room. */
  productName: string;
  /** The host name that the code is for, without a port: that of the pages where it is typed. From the settings. */
  host: string;
  /** What names an Android app to its phone, 11 characters of base64; `null` for none. */
  appHash: string | null;
}

const lines = (...parts: (string | null)[]): string => parts.filter((part) => part !== null).join('\n');

/** The name that can be written, then none. */
const namesOf = (productName: string): (string | null)[] => {
  const name = gsmName(productName);
  return name === null ? [null] : [name, null];
};

/**
 * Writes the SMS that brings a code: always one segment.
 *
 * Its last line binds the code to the host, so that iOS and the WebOTP API offer it there and nowhere else. Android's SMS
 * Retriever asks for 140 bytes that include the app's hash and no longer for the hash at the end, while the other two look
 * at the last line; so the hash stands on the line before, and both work from one message. What doesn't fit is left out:
 * first the product's name, which the host stands in for, then, of a host of some 80 characters or more, the last line.
 *
 * @see https://wicg.github.io/sms-one-time-codes/
 * @see https://developers.google.com/identity/sms-retriever/verify
 */
export const composeSms = ({ code, purpose, language, productName, host, appHash }: ComposeSmsInput): string => {
  const { code: say, codeSecrecy } = TEXTS[language];
  const write = (product: string | null, lastLine: string | null): string =>
    lines(say[purpose]({ code, product }), codeSecrecy, appHash, lastLine);
  const fits = (text: string): boolean =>
    smsSegments(text).segments === 1 && (appHash === null || Buffer.byteLength(text) <= RETRIEVER_MAX_BYTES);

  const names = namesOf(productName);
  const bound = names.map((product) => write(product, `@${host} #${code}`));
  return [...bound, ...names.map((product) => write(product, null))].find(fits) ?? write(null, null);
};
