import type { Language } from '../../../shared/primitives/language.ts';
import { groupOneTimeToken } from '../../../shared/primitives/one-time-token.ts';
import { gsmName } from './gsm-name.ts';
import { smsTextsDe } from './languages/sms-texts-de.ts';
import { smsTextsEn } from './languages/sms-texts-en.ts';
import { smsSegments } from './sms-segments.ts';
import type { SmsTexts } from './sms-texts.ts';

const TEXTS: Readonly<Record<Language, SmsTexts>> = { en: smsTextsEn, de: smsTextsDe };

/** What an SMS with a link may cost. */
const MOST_SEGMENTS = 2;

const SECONDS_PER_MINUTE = 60;

export interface ComposeRecoverySmsInput {
  /** Canonical, 26 characters. */
  token: string;
  /** Whole seconds that the token still lives, 1 or more; rounded down to minutes, so that the text never promises too much. */
  validSeconds: number;
  language: Language;
  /** Any text; left out if the GSM alphabet can't express it or the room is too small. */
  productName: string;
  /** Origin of the link. From the settings. */
  publicUrl: string;
}

/**
 * Composes the SMS of a recovery: the token in groups, to type it where the phone is not the device, and a link to the page that takes
 * it, on a line of its own. The page reads it from the link by itself, so the message needs no line that binds a code to the host. Where
 * it would have more than two segments, the product's name is left out first, then, for a host of some 120 characters or more, the link.
 */
export const composeRecoverySms = (input: ComposeRecoverySmsInput): string => {
  const { token, validSeconds, language, productName, publicUrl } = input;
  const { recovery, recoveryNotYou, codeLife } = TEXTS[language];
  const minutes = Math.floor(validSeconds / SECONDS_PER_MINUTE);
  const life = codeLife(minutes > 0 ? { minutes, seconds: null } : { minutes: null, seconds: validSeconds });
  const write = (product: string | null, isLinked: boolean): string => {
    const text = `${recovery({ product })} ${groupOneTimeToken(token)}\n${life} ${recoveryNotYou}`;
    return isLinked ? `${text}\n${publicUrl}/ui/reset?lang=${language}#token=${token}` : text;
  };
  const fits = (text: string): boolean => smsSegments(text).segments <= MOST_SEGMENTS;
  const product = gsmName(productName);
  return [write(product, true), write(null, true), write(product, false)].find(fits) ?? write(null, false);
};
