import type { Language } from '../../../shared/primitives/language.ts';
import { gsmName } from './gsm-name.ts';
import { smsTextsDe } from './languages/sms-texts-de.ts';
import { smsTextsEn } from './languages/sms-texts-en.ts';
import { smsSegments } from './sms-segments.ts';
import type { SmsTexts } from './sms-texts.ts';

const TEXTS: Readonly<Record<Language, SmsTexts>> = { en: smsTextsEn, de: smsTextsDe };

/** What an SMS with a link may cost. */
const MOST_SEGMENTS = 2;

export interface ComposeNoticeSmsInput {
  about: 'change' | 'undo';
  /** Of the link that undoes the change; `null` for a notice without one. */
  token: string | null;
  language: Language;
  /** Any text; left out if the GSM alphabet can't express it or the room is too small. */
  productName: string;
  /** Origin of the link. From the settings. */
  publicUrl: string;
}

/**
 * Composes the SMS that tells of a change or of its undo. The link stands last, on a line of its own, so that phones make a link of all of
 * it. Where the message would have more than two segments, the product's name is left out first, then, for a host of some 180 characters or
 * more, the link.
 */
export const composeNoticeSms = ({ about, token, language, productName, publicUrl }: ComposeNoticeSmsInput): string => {
  const { undone, changed, undoLink, seeMail } = TEXTS[language];
  const url = token === null ? null : `${publicUrl}/ui/undo?lang=${language}#token=${token}`;
  const product = gsmName(productName);
  const say = about === 'undo' ? undone : changed;
  const linked = url === null ? [] : [product, null].map((name) => `${say({ product: name })} ${undoLink}\n${url}`);
  const plain = [product, null].map((name) => `${say({ product: name })} ${seeMail}`);
  const fits = (text: string): boolean => smsSegments(text).segments <= MOST_SEGMENTS;
  return [...linked, ...plain].find(fits) ?? `${say({ product: null })} ${seeMail}`;
};
