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
  about: 'change' | 'undo' | 'email-change' | 'factor-reset' | 'factor-reset-done' | 'deletion' | 'kept';
  /** Of the link that undoes the change, stops what waits, or keeps the account; `null` for a notice without one. */
  token: string | null;
  language: Language;
  /** Any text; left out if the GSM alphabet can't express it or the room is too small. */
  productName: string;
  /** Origin of the link. From the settings. */
  publicUrl: string;
}

/** What each SMS says, and the page and name of the token in its link. */
const KINDS = {
  change: { says: 'changed', linkSays: 'undoLink', page: 'undo', name: 'token' },
  undo: { says: 'undone', linkSays: 'undoLink', page: 'undo', name: 'token' },
  'email-change': { says: 'emailChange', linkSays: 'cancelLink', page: 'not-me', name: 'link' },
  'factor-reset': { says: 'factorReset', linkSays: 'cancelLink', page: 'not-me', name: 'link' },
  'factor-reset-done': { says: 'factorResetDone', linkSays: 'cancelLink', page: 'not-me', name: 'link' },
  deletion: { says: 'deletion', linkSays: 'keepLink', page: 'keep-account', name: 'token' },
  kept: { says: 'kept', linkSays: 'keepLink', page: 'keep-account', name: 'token' },
} as const;

/**
 * Composes the SMS that tells of a change, of its undo, of a change of address that waits, of a reset of second factors, of a deletion,
 * or that it was cancelled. The link stands last, on a line of its own, so that phones make a link of all of it. Where the message would
 * have more than two segments, the product's name is left out first, then, for a host of some 180 characters or more, the link.
 */
export const composeNoticeSms = ({ about, token, language, productName, publicUrl }: ComposeNoticeSmsInput): string => {
  const texts = TEXTS[language];
  const { says, linkSays, page, name } = KINDS[about];
  const url = token === null ? null : `${publicUrl}/ui/${page}?lang=${language}#${name}=${token}`;
  const products = [gsmName(productName), null];
  const linked =
    url === null ? [] : products.map((product) => `${texts[says]({ product })} ${texts[linkSays]}\n${url}`);
  const plain = products.map((product) => `${texts[says]({ product })} ${texts.seeMail}`);
  const fits = (text: string): boolean => smsSegments(text).segments <= MOST_SEGMENTS;
  return [...linked, ...plain].find(fits) ?? `${texts[says]({ product: null })} ${texts.seeMail}`;
};
