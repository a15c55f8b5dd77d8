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
  about: 'change' | 'undo' | 'email-change';
  /** Of the link that undoes the change, or cancels that of an address; `null` for a notice without one. */
  token: string | null;
  language: Language;
  /** Any text; left out if the GSM alphabet can't express it or the room is too small. */
  productName: string;
  /** Origin of the link. From the settings. */
  publicUrl: string;
}

/**
 * Composes the SMS that tells of a change, of its undo, or of a change of address that waits. The link stands last, on a line of its own, so that phones make a link of all of
 * it. It is longer than a segment's half, so the message may have two; a longer one is cut by its product's name.
 */
export const composeNoticeSms = ({ about, token, language, productName, publicUrl }: ComposeNoticeSmsInput): string => {
  const { undone, changed, undoLink, emailChange, cancelLink, seeMail } = TEXTS[language];
  const link = about === 'email-change' ? { page: 'not-me', name: 'link' } : { page: 'undo', name: 'token' };
  const url = token === null ? null : `${publicUrl}/ui/${link.page}?lang=${language}#${link.name}=${token}`;
  const write = (product: string | null): string => {
    if (about === 'undo') return `${undone({ product })} ${seeMail}`;
    if (about === 'email-change') return `${emailChange({ product })} ${cancelLink}\n${url ?? ''}`;
    return url === null ? `${changed({ product })} ${seeMail}` : `${changed({ product })} ${undoLink}\n${url}`;
  };
  const named = write(gsmName(productName));
  return smsSegments(named).segments <= MOST_SEGMENTS ? named : write(null);
};
