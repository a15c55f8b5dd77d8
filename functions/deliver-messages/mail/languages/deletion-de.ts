import type { AllDeletionTexts } from '../deletion-texts.ts';

export const deletionDe: AllDeletionTexts = {
  requested: {
    subject: ({ product }) => `Ihr Konto bei ${product} soll gelöscht werden`,
    preheader: ({ date }) => `Bis zum ${date} bleibt es bestehen. Wenn Sie das nicht waren, behalten Sie es jetzt.`,
    heading: 'Ihr Konto soll gelöscht werden',
    by: {
      owner: {
        happened: ({ product, date, time }) =>
          `Jemand, der angemeldet war, hat am ${date} um ${time} Uhr (UTC) verlangt, dass Ihr Konto bei ${product} gelöscht wird. Alle Geräte wurden abgemeldet.`,
        ifNotYou:
          'Wenn Sie das nicht waren, behalten Sie das Konto jetzt. Lassen Sie danach in der App das Passwort zurücksetzen und wählen Sie ein neues: Damit sperren Sie alle anderen aus. Sichern Sie auch Ihr Postfach: Ändern Sie sein Passwort und melden Sie dort alle Geräte ab, die Sie nicht kennen.',
      },
      support: {
        happened: ({ product, date, time }) =>
          `Unser Support wurde gebeten, Ihr Konto bei ${product} zu löschen, und hat damit am ${date} um ${time} Uhr (UTC) begonnen. Alle Geräte wurden abgemeldet.`,
        ifNotYou:
          'Wenn Sie nicht darum gebeten haben, hat es jemand anderes in Ihrem Namen getan. Behalten Sie das Konto jetzt, und sagen Sie es unserem Support. Lassen Sie danach in der App das Passwort zurücksetzen und wählen Sie ein neues.',
      },
    },
    until: ({ date, time }) =>
      `Am ${date} um ${time} Uhr (UTC) wird das Konto mit allem gelöscht, was dazugehört: Profil, zweite Faktoren und Verlauf. Danach kann es niemand mehr zurückholen, und Ihre Adresse ist für ein neues Konto frei.`,
    ifYou:
      'Wenn Sie das waren und es so wollen, ist nichts zu tun. Wenn Sie es sich anders überlegt haben, behalten Sie das Konto:',
    button: 'Konto behalten',
    tokenLabel: 'Oder geben Sie dieses Token auf der Seite ein:',
    secrecy: ({ product }) =>
      `Geben Sie diese Nachricht nicht weiter. Niemand von ${product} wird Sie jemals nach dem Token fragen.`,
  },
  cancelled: {
    subject: ({ product }) => `Ihr Konto bei ${product} wird nicht gelöscht`,
    preheader: 'Das Konto bleibt, wie es war. Sie können sich wieder anmelden.',
    heading: 'Ihr Konto bleibt',
    happened: ({ product, date, time }) =>
      `Die Löschung Ihres Kontos bei ${product} wurde am ${date} um ${time} Uhr (UTC) mit dem Link aus unserer Nachricht abgebrochen. Das Konto ist, wie es vorher war, und Sie können sich wie gewohnt anmelden.`,
  },
};
