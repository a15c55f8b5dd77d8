import type { SmsTexts } from '../sms-texts.ts';

const withProduct = (preposition: 'bei' | 'für', product: string | null): string =>
  product === null ? '' : ` ${preposition} ${product}`;

/** What SMS say in German. */
export const smsTextsDe: SmsTexts = {
  locale: 'de-DE',
  code: {
    'sign-in': ({ code, product }) => `${code} ist Ihr Anmeldecode${withProduct('für', product)}.`,
    factor: ({ code, product }) => `${code} aktiviert SMS-Codes${withProduct('bei', product)}.`,
    phone: ({ code, product }) => `${code} bestätigt diese Nummer${withProduct('bei', product)}.`,
  },
  codeSecrecy: 'Geben Sie diesen Code nie weiter.',
  recovery: {
    link: ({ product, duration }) => `Neues Passwort${withProduct('für', product)} wählen (gilt ${duration}):`,
    token: 'Oder dieses Token in der App eingeben:',
    secrecy: 'Nicht weitergeben. Nicht Sie? Bitte ignorieren.',
  },
};
