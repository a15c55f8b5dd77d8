import type { ExportTexts } from '../export-texts.ts';

export const exportDe: ExportTexts = {
  ready: {
    subject: ({ product }) => `Ihre Daten von ${product}`,
    preheader: ({ duration }) => `Sichern Sie sie, die Frist dafür: ${duration}. Der Link gilt einmal.`,
    heading: 'Ihre Daten sind bereit',
    intro: ({ product }) =>
      `Jemand, der angemeldet war, höchstwahrscheinlich Sie, hat alles verlangt, was ${product} über Ihr Konto gespeichert hat. Für die App ist es zu viel, deshalb können Sie es hier als Datei sichern.`,
    button: 'Meine Daten sichern',
    tokenLabel: 'Oder geben Sie dieses Token auf der Seite ein:',
    validity: ({ duration }) =>
      `Link und Token gelten ab dem Versand dieser Nachricht ${duration} lang, und nur einmal.`,
    secrecy: ({ product }) =>
      `Geben Sie diese Nachricht nicht weiter: Wer den Link hat, kann Ihre Daten lesen. Niemand von ${product} wird Sie jemals danach fragen.`,
    ifNotYou:
      'Wenn Sie das nicht waren, öffnen Sie den Link nicht und lassen Sie in der App das Passwort zurücksetzen: Damit gilt der Link nicht mehr, und alle anderen sind aus Ihrem Konto ausgesperrt.',
  },
  exported: {
    subject: ({ product }) => `Ihre Daten wurden von ${product} verlangt`,
    heading: 'Ihre Daten wurden verlangt',
    happened: ({ product, date, time }) =>
      `Jemand, der angemeldet war, hat am ${date} um ${time} Uhr (UTC) eine Kopie von allem verlangt, was ${product} über Ihr Konto gespeichert hat. Passwörter und andere Geheimnisse sind nicht dabei.`,
  },
};
