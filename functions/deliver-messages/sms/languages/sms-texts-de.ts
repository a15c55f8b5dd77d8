import type { SmsTexts } from '../sms-texts.ts';

const withProduct = (preposition: 'bei' | 'für', product: string | null): string =>
  product === null ? '' : ` ${preposition} ${product}`;

export const smsTextsDe: SmsTexts = {
  code: {
    'sign-in': ({ code, product }) => `${code} ist Ihr Anmeldecode${withProduct('für', product)}.`,
    factor: ({ code, product }) => `${code} aktiviert SMS-Codes${withProduct('bei', product)}.`,
    recovery: ({ code, product }) => `${code} wählt diese Nummer zur Wiederherstellung${withProduct('bei', product)}.`,
    phone: ({ code, product }) => `${code} bestätigt diese Nummer${withProduct('bei', product)}.`,
  },
  codeLife: ({ minutes, seconds }) =>
    `Gilt ${minutes === null ? `${seconds} Sek` : `${minutes} Min`}. Nie weitergeben.`,
  recovery: ({ product }) => `Neues Passwort${withProduct('für', product)} mit diesem Code:`,
  recoveryNotYou: 'Nicht Sie? Siehe unsere E-Mail.',
  changed: ({ product }) => `Die Anmeldedaten Ihres Kontos${withProduct('bei', product)} wurden geändert.`,
  undoLink: 'Nicht Sie? Binnen 7 Tagen rückgängig machen:',
  undone: ({ product }) =>
    `Eine Änderung an Ihrem Konto${withProduct('bei', product)} wurde rückgängig gemacht, alle Geräte sind abgemeldet.`,
  emailChange: ({ product }) => `Die E-Mail-Adresse Ihres Kontos${withProduct('bei', product)} soll geändert werden.`,
  factorReset: ({ product }) =>
    `Unser Support soll den zweiten Faktor Ihres Kontos${withProduct('bei', product)} abschalten.`,
  factorResetDone: ({ product }) =>
    `Unser Support hat den zweiten Faktor Ihres Kontos${withProduct('bei', product)} abgeschaltet.`,
  cancelLink: 'Nicht Sie? Stoppen:',
  lostMail: {
    'recovery-lost': ({ product }) =>
      `Unsere E-Mail zum Wiederherstellen Ihres Kontos${withProduct('bei', product)} kam bei Ihnen nicht an. Nicht von Ihnen? Dann ist nichts zu tun.`,
    'notice-lost': ({ product }) =>
      `Zur Sicherheit Ihres Kontos${withProduct('bei', product)} gibt es Neues, und unsere E-Mails erreichen Sie nicht. Bitte melden Sie sich an.`,
  },
  deletion: ({ product }) => `Ihr Konto${withProduct('bei', product)} soll gelöscht werden.`,
  keepLink: 'Nicht Sie? Behalten:',
  kept: ({ product }) => `Ihr Konto${withProduct('bei', product)} wird nicht gelöscht.`,
  seeMail: 'Siehe unsere E-Mail.',
};
