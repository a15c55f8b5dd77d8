import type { TokenTexts } from '../text-shapes.ts';

export const emailProofDe: TokenTexts = {
  subject: ({ product }) => `Bestätigen Sie, dass unsere E-Mails zu ${product} wieder ankommen`,
  preheader: ({ duration }) => `Der Link gilt ${duration} lang.`,
  heading: 'Kommen unsere E-Mails wieder an?',
  intro: ({ product }) =>
    `E-Mails von ${product} an diese Adresse kamen zurück oder wurden als Spam gemeldet, daher haben wir keine Hinweise mehr hierher geschickt. Diese Nachricht haben Sie angefordert. Bestätigen Sie damit, dass unsere E-Mails wieder ankommen.`,
  button: 'Ja, sie kommen an',
  tokenLabel: 'Oder mit diesem Bestätigungs-Token in der App:',
  validity: ({ duration }) =>
    `Link und Token funktionieren einmal und gelten ab dem Versand dieser Nachricht ${duration} lang.`,
  secrecy: ({ product }) =>
    `Geben Sie diese Nachricht nicht weiter. Niemand von ${product} wird Sie jemals nach dem Token fragen.`,
  ifNotYou:
    'Sie haben sie nicht angefordert? Dann war es jemand, der bei Ihrem Konto angemeldet ist. Fordern Sie in der App ein neues Passwort an: Das meldet alle Geräte ab.',
};
