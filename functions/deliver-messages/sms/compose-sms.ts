import type { Language } from '../../../shared/primitives/language.ts';
import { gsmName } from './gsm-name.ts';
import { smsTextsDe } from './languages/sms-texts-de.ts';
import { smsTextsEn } from './languages/sms-texts-en.ts';
import { smsSegments } from './sms-segments.ts';
import type { SmsPurpose, SmsTexts } from './sms-texts.ts';

const TEXTS: Readonly<Record<Language, SmsTexts>> = { en: smsTextsEn, de: smsTextsDe };

/** Longer messages are not passed to the app. @see https://developers.google.com/identity/sms-retriever/verify */
const RETRIEVER_MAX_BYTES = 140;

export interface ComposeSmsInput {
  /** 6 digits. */
  code: string;
  purpose: SmsPurpose;
  language: Language;
  /** Any text; left out if the GSM alphabet can't express it or the room is too small. */
  productName: string;
  /** Host name of the pages where the code is typed, without a port. From the settings. */
  host: string;
  /** Identifies an Android app to the phone, 11 characters of base64; `null` for none. */
  appHash: string | null;
  /** Whole seconds that the code still lives, 1 or more; rounded down to minutes, so that the text never promises too much. */
  validSeconds: number;
}

const SECONDS_PER_MINUTE = 60;

const lines = (...parts: (string | null)[]): string => parts.filter((part) => part !== null).join('\n');

/** The name if the alphabet has it, then none. */
const namesOf = (productName: string): (string | null)[] => {
  const name = gsmName(productName);
  return name === null ? [null] : [name, null];
};

/**
 * Composes the SMS of a code, always in one segment.
 *
 * The last line binds the code to the host, so that iOS and the WebOTP API offer it only there. Android's SMS Retriever
 * requires at most 140 bytes with the app's hash, no longer at the end, while the other two read the last line; so the
 * hash is on the line before, and one message serves all. If it doesn't fit, the product's name is left out first,
 * because the host identifies the product too, then, for a host of some 80 characters or more, the last line.
 *
 * @see https://wicg.github.io/sms-one-time-codes/
 * @see https://developers.google.com/identity/sms-retriever/verify
 */
export const composeSms = ({
  code,
  purpose,
  language,
  productName,
  host,
  appHash,
  validSeconds,
}: ComposeSmsInput): string => {
  const { code: say, codeLife } = TEXTS[language];
  const minutes = Math.floor(validSeconds / SECONDS_PER_MINUTE);
  const life = codeLife(minutes > 0 ? { minutes, seconds: null } : { minutes: null, seconds: validSeconds });
  const write = (product: string | null, lastLine: string | null): string =>
    lines(say[purpose]({ code, product }), life, appHash, lastLine);
  const fits = (text: string): boolean =>
    smsSegments(text).segments === 1 && (appHash === null || Buffer.byteLength(text) <= RETRIEVER_MAX_BYTES);

  const names = namesOf(productName);
  const bound = names.map((product) => write(product, `@${host} #${code}`));
  return [...bound, ...names.map((product) => write(product, null))].find(fits) ?? write(null, null);
};
