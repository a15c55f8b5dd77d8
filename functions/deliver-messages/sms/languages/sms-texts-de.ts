import type { SmsTexts } from '../sms-texts.ts';

const withProduct = (preposition: 'bei' | 'für', product: string | null): string =>
  product === null ? '' : ` ${preposition} ${product}`;

export const smsTextsDe: SmsTexts = {
  code: {
    'sign-in': ({ code, product }) => `${code} ist Ihr Anmeldecode${withProduct('für', product)}.`,
    factor: ({ code, product }) => `${code} aktiviert SMS-Codes${withProduct('bei', product)}.`,
    phone: ({ code, product }) => `${code} bestätigt diese Nummer${withProduct('bei', product)}.`,
  },
  codeLife: ({ minutes, seconds }) =>
    `Gilt ${minutes === null ? `${seconds} Sek` : `${minutes} Min`}. Nie weitergeben.`,
  changed: ({ product }) => `Die Anmeldedaten Ihres Kontos${withProduct('bei', product)} wurden geändert.`,
  undoLink: 'Nicht Sie? Binnen 7 Tagen rückgängig machen:',
  undone: ({ product }) =>
    `Eine Änderung an Ihrem Konto${withProduct('bei', product)} wurde rückgängig gemacht, alle Geräte sind abgemeldet.`,
  emailChange: ({ product }) => `Die E-Mail-Adresse Ihres Kontos${withProduct('bei', product)} soll geändert werden.`,
  cancelLink: 'Nicht Sie? Stoppen:',
  deletion: ({ product }) => `Ihr Konto${withProduct('bei', product)} soll gelöscht werden.`,
  keepLink: 'Nicht Sie? Behalten:',
  kept: ({ product }) => `Ihr Konto${withProduct('bei', product)} wird nicht gelöscht.`,
  seeMail: 'Siehe unsere E-Mail.',
};
