import type { MessageTexts } from '../message-texts.ts';

/** What messages say in German. */
export const de: MessageTexts = {
  locale: 'de-DE',
  footer: ({ product }) =>
    `Diese Nachricht hat ${product} automatisch verschickt, weil sie Ihr Konto oder Ihre E-Mail-Adresse betrifft.`,
  recovery: {
    subject: ({ product }) => `Passwort für ${product} zurücksetzen`,
    preheader: ({ duration }) =>
      `Der Link gilt ${duration} lang. Wenn Sie das nicht waren, bleibt Ihr Passwort, wie es ist.`,
    heading: 'Passwort zurücksetzen',
    intro: ({ product }) =>
      `Jemand möchte das Passwort des Kontos bei ${product} zurücksetzen, das zu dieser E-Mail-Adresse gehört. Wenn Sie das sind, können Sie hier ein neues Passwort wählen.`,
    button: 'Neues Passwort wählen',
    tokenLabel: 'Oder mit diesem Wiederherstellungs-Token in der App:',
    validity: ({ duration }) =>
      `Link und Token funktionieren einmal und gelten ab dem Versand dieser Nachricht ${duration} lang. Wenn Sie mehrmals darum gebeten haben, gilt nur die neueste Nachricht.`,
    secrecy: ({ product }) =>
      `Geben Sie diese Nachricht nicht weiter. Niemand von ${product} wird Sie jemals nach dem Token fragen.`,
    ifNotYou:
      'Sie waren das nicht? Ihr Passwort ist unverändert, und ohne diese Nachricht kann es auf diesem Weg niemand ändern.',
    notMe: 'Das war ich nicht',
  },
  signUp: {
    subject: ({ product }) => `Registrierung bei ${product} abschließen`,
    preheader: ({ duration }) =>
      `Bestätigen Sie Ihre E-Mail-Adresse und wählen Sie ein Passwort. Der Link gilt ${duration} lang.`,
    heading: 'E-Mail-Adresse bestätigen',
    intro: ({ product }) =>
      `Schön, dass Sie ein Konto bei ${product} eröffnen möchten. Bestätigen Sie, dass diese E-Mail-Adresse Ihnen gehört, und wählen Sie ein Passwort.`,
    button: 'Registrierung abschließen',
    tokenLabel: 'Oder mit diesem Registrierungs-Token in der App:',
    validity: ({ duration }) =>
      `Link und Token funktionieren einmal und gelten ab dem Versand dieser Nachricht ${duration} lang.`,
    secrecy: ({ product }) =>
      `Geben Sie diese Nachricht nicht weiter. Niemand von ${product} wird Sie jemals nach dem Token fragen.`,
    ifNotYou:
      'Sie möchten gar kein Konto? Dann können Sie diese Nachricht ignorieren: Ohne Ihre Bestätigung wird keines eröffnet.',
  },
  alreadyRegistered: {
    subject: ({ product }) => `Sie haben bereits ein Konto bei ${product}`,
    preheader: 'Sie können sich einfach anmelden. Es wurde kein zweites Konto eröffnet.',
    heading: 'Sie haben bereits ein Konto',
    intro: ({ product }) =>
      `Jemand, vermutlich Sie selbst, wollte sich mit dieser E-Mail-Adresse bei ${product} registrieren. Zu ihr gibt es schon ein Konto, deshalb wurde kein zweites eröffnet.`,
    signIn: 'Sie können sich einfach mit dieser Adresse und Ihrem Passwort anmelden.',
    forgotten:
      'Falls Sie das Passwort vergessen haben, lassen Sie es in der App zurücksetzen. Wir schicken Ihnen dann eine Nachricht, mit der Sie ein neues wählen können.',
    ifNotYou:
      'Sie waren das nicht? Dann brauchen Sie nichts zu tun: Ihr Konto ist unverändert, und niemand hat erfahren, dass es besteht.',
  },
  passwordChanged: {
    subject: ({ product }) => `Ihr Passwort für ${product} wurde geändert`,
    preheader: 'Alle Geräte wurden abgemeldet. Wenn Sie das nicht waren, handeln Sie bitte sofort.',
    heading: 'Ihr Passwort wurde geändert',
    changed: ({ product, date, time }) =>
      `Das Passwort Ihres Kontos bei ${product} wurde am ${date} um ${time} Uhr (UTC) geändert. Alle Geräte wurden abgemeldet.`,
    ifYou: 'Wenn Sie das waren, melden Sie sich mit dem neuen Passwort wieder an. Mehr ist nicht zu tun.',
    ifNotYou:
      'Wenn Sie das nicht waren, hat möglicherweise jemand Zugang zu Ihrem Postfach. Handeln Sie dann bitte sofort:',
    steps: [
      'Lassen Sie das Passwort in der App zurücksetzen und wählen Sie ein neues. Damit sperren Sie alle anderen aus Ihrem Konto aus.',
      'Sichern Sie Ihr Postfach: Ändern Sie auch dessen Passwort und melden Sie dort alle Geräte ab, die Sie nicht kennen.',
    ],
    notMe: 'Das war ich nicht',
  },
};
