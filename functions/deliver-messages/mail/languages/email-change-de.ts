import type { EmailChangeTexts } from '../email-change-texts.ts';

const TOKEN_LABEL = 'Oder mit diesem Bestätigungs-Token in der App:';

const secrecy = ({ product }: { product: string }): string =>
  `Geben Sie diese Nachricht nicht weiter. Niemand von ${product} wird Sie jemals nach dem Token fragen.`;

const validity = ({ duration }: { duration: string }): string =>
  `Link und Token gelten ab dem Versand dieser Nachricht ${duration} lang.`;

const CANCEL = 'Das war ich nicht: Adresse behalten';

export const emailChangeDe: EmailChangeTexts = {
  old: {
    subject: ({ product }) => `Bestätigen Sie die Änderung Ihrer E-Mail-Adresse bei ${product}`,
    preheader: ({ duration }) => `Geändert wird nur, wenn beide Adressen zustimmen. Die Frist dafür: ${duration}.`,
    heading: 'Ihre E-Mail-Adresse soll geändert werden',
    intro: ({ product, address }) =>
      `Die E-Mail-Adresse Ihres Kontos bei ${product} soll von dieser auf ${address} geändert werden. Wenn Sie das waren, bestätigen Sie es hier und mit der Nachricht an die neue Adresse. Geändert wird sie, sobald beide bestätigt haben.`,
    button: 'Änderung bestätigen',
    tokenLabel: TOKEN_LABEL,
    validity,
    secrecy,
    ifNotYou:
      'Sie waren das nicht? Dann bestätigen Sie nichts, und Ihre Adresse bleibt. Es ist aber jemand in Ihrem Konto angemeldet: Stoppen Sie die Änderung sofort und lassen Sie danach in der App das Passwort zurücksetzen.',
    notMe: CANCEL,
  },
  unreachable: {
    subject: ({ product }) => `Ihre E-Mail-Adresse bei ${product} wird geändert, wenn Sie es nicht stoppen`,
    preheader: () => 'Wenn Sie das nicht waren, stoppen Sie es jetzt: Sie können diese Adresse ja noch lesen.',
    heading: 'Ihre E-Mail-Adresse wird geändert, wenn Sie es nicht stoppen',
    intro: ({ product, address }) =>
      `Die E-Mail-Adresse Ihres Kontos bei ${product} soll von dieser auf ${address} geändert werden. Uns wurde gesagt, dass Sie Nachrichten an diese Adresse nicht mehr lesen können. Deshalb geht es nach einer Wartezeit auch ohne sie.`,
    deadline: ({ date, time }) =>
      `Ab dem ${date}, ${time} Uhr (UTC), braucht es keine Bestätigung von dieser Adresse mehr.`,
    button: 'Änderung jetzt bestätigen',
    tokenLabel: TOKEN_LABEL,
    validity,
    secrecy,
    ifNotYou:
      'Sie waren das nicht? Dann ist jemand in Ihrem Konto angemeldet. Stoppen Sie die Änderung sofort und lassen Sie danach in der App das Passwort zurücksetzen: Damit sperren Sie alle anderen aus.',
    notMe: CANCEL,
  },
  new: {
    subject: ({ product }) => `Bestätigen Sie diese E-Mail-Adresse für ${product}`,
    preheader: ({ duration }) => `Bestätigen Sie, dass diese Adresse Ihnen gehört. Die Frist dafür: ${duration}.`,
    heading: 'Neue E-Mail-Adresse bestätigen',
    intro: ({ product }) =>
      `Diese Adresse soll die neue eines Kontos bei ${product} werden. Wenn es Ihres ist, bestätigen Sie das hier. Auch die bisherige Adresse des Kontos wird gefragt.`,
    later: ({ date, time }) =>
      `Uns wurde gesagt, dass die bisherige Adresse nicht mehr gelesen werden kann. Bestätigen Sie deshalb diese jetzt, und öffnen Sie den Link ab dem ${date}, ${time} Uhr (UTC), noch einmal: Dann wird die Adresse geändert.`,
    laterInApp: ({ date, time }) =>
      `Uns wurde gesagt, dass die bisherige Adresse nicht mehr gelesen werden kann. Bestätigen Sie deshalb diese jetzt, und verlangen Sie die Änderung ab dem ${date}, ${time} Uhr (UTC), in der App noch einmal: Dann wird die Adresse geändert.`,
    button: 'Diese Adresse bestätigen',
    tokenLabel: TOKEN_LABEL,
    validity,
    secrecy,
    ifNotYou:
      'Sie wissen nichts davon? Dann hat jemand Ihre Adresse eingegeben, wahrscheinlich aus Versehen. Ohne diese Nachricht kann niemand sie verwenden. Sie können die Sache auch beenden:',
    notMe: 'Das war ich nicht: meine Adresse nicht verwenden',
  },
  inUse: {
    subject: ({ product }) => `Ihre Adresse wurde für ein anderes Konto bei ${product} eingegeben`,
    preheader: 'Es wurde nichts geändert. Diese Adresse bleibt bei Ihrem Konto.',
    heading: 'Zu Ihrer Adresse gibt es schon ein Konto',
    intro: ({ product }) =>
      `Jemand, vielleicht Sie selbst, wollte diese Adresse einem anderen Konto bei ${product} geben. Sie gehört zu Ihrem Konto, deshalb wurde nichts geändert.`,
    ifYou:
      'Wenn Sie das waren: Eine Adresse kann nur ein Konto haben. Geben Sie diesem Konto zuerst eine andere Adresse, oder wählen Sie für das andere Konto eine andere.',
    ifNotYou:
      'Sie waren das nicht? Dann brauchen Sie nichts zu tun: Ihr Konto ist unverändert, und niemand hat erfahren, dass es besteht.',
  },
  reserved: {
    subject: ({ product }) => `Diese Adresse ist bei ${product} noch nicht frei`,
    preheader: 'Bis vor Kurzem hatte sie ein anderes Konto, für das sie noch eine Weile aufgehoben wird.',
    heading: 'Diese Adresse ist noch nicht frei',
    intro: ({ product }) =>
      `Jemand, vermutlich Sie selbst, wollte diese Adresse für ein Konto bei ${product} verwenden. Bis vor Kurzem gehörte sie zu einem anderen Konto. Für dieses wird sie noch eine Weile aufgehoben, falls die Änderung nicht im Sinne seines Inhabers war.`,
    until: ({ date, time }) =>
      `Ab dem ${date}, ${time} Uhr (UTC), ist sie frei. Versuchen Sie es dann einfach noch einmal.`,
    ifYours:
      'Wenn jenes Konto Ihres ist und Sie die Adresse nicht aufgegeben haben, öffnen Sie die Nachricht, die Ihnen die Änderung mitgeteilt hat: Ihr Link bringt die Adresse zurück.',
    ifNotYou: 'Sie haben nichts dergleichen verlangt? Dann brauchen Sie nichts zu tun.',
  },
  changed: {
    subject: ({ product }) => `Das ist jetzt die E-Mail-Adresse Ihres Kontos bei ${product}`,
    preheader: 'Melden Sie sich ab jetzt mit dieser Adresse an.',
    heading: 'Ihre E-Mail-Adresse wurde geändert',
    happened: ({ product, date, time }) =>
      `Diese Adresse gehört seit dem ${date}, ${time} Uhr (UTC), zu Ihrem Konto bei ${product}. Zu Ihrer Sicherheit wurden Geräte abgemeldet.`,
    ifYou: 'Wenn Sie das waren, melden Sie sich ab jetzt mit dieser Adresse an. Mehr ist nicht zu tun.',
    ifNotYou:
      'Wenn Sie das nicht waren, hat möglicherweise jemand Zugang zu Ihrem Postfach, von dem aus die Änderung bestätigt wurde:',
    steps: [
      'Sichern Sie Ihr Postfach: Ändern Sie sein Passwort und melden Sie dort alle Geräte ab, die Sie nicht kennen.',
    ],
    action: 'Das war ich nicht',
  },
};
