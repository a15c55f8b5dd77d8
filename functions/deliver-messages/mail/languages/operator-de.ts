import type { OperatorTexts } from '../operator-texts.ts';

const ASK_US =
  'Wenn Sie dazu Fragen haben, wenden Sie sich an unseren Support. Niemand von uns wird Sie jemals nach einem Passwort oder Code fragen.';

export const operatorDe: OperatorTexts = {
  notices: {
    'account-suspended': {
      subject: ({ product }) => `Ihr Konto bei ${product} ist gesperrt`,
      preheader: 'Bis unser Support die Sperre aufhebt, kann sich niemand anmelden.',
      heading: 'Ihr Konto ist gesperrt',
      happened: ({ product, date, time }) =>
        `Unser Support hat Ihr Konto bei ${product} am ${date} um ${time} Uhr (UTC) gesperrt. Alle Geräte wurden abgemeldet.`,
      advice:
        'Bis unser Support die Sperre aufhebt, kann sich niemand anmelden, auch Sie nicht, und es werden keine Nachrichten für ein neues Passwort verschickt. Der Inhalt Ihres Kontos bleibt, wie er ist.',
      ifNotYou: ASK_US,
    },
    'suspension-lifted': {
      subject: ({ product }) => `Sie können Ihr Konto bei ${product} wieder nutzen`,
      preheader: 'Die Sperre ist aufgehoben.',
      heading: 'Sie können Ihr Konto wieder nutzen',
      happened: ({ product, date, time }) =>
        `Seit ${date}, ${time} Uhr (UTC), ist Ihr Konto bei ${product} nicht mehr gesperrt.`,
      advice: 'Melden Sie sich an wie immer. Wenn Ihr Passwort nicht mehr gilt, lassen Sie es in der App zurücksetzen.',
      ifNotYou: ASK_US,
    },
    'sessions-ended': {
      subject: ({ product }) => `Sie wurden bei ${product} überall abgemeldet`,
      preheader: 'Unser Support hat alle Geräte abgemeldet.',
      heading: 'Sie wurden überall abgemeldet',
      happened: ({ product, date, time }) =>
        `Unser Support hat am ${date} um ${time} Uhr (UTC) alle Geräte Ihres Kontos bei ${product} abgemeldet.`,
      advice: 'Melden Sie sich mit Ihrem Passwort wieder an. Sonst wurde nichts geändert.',
      ifNotYou: ASK_US,
    },
    'password-voided': {
      subject: ({ product }) => `Bitte wählen Sie ein neues Passwort für ${product}`,
      preheader: 'Ihr altes gilt nicht mehr.',
      heading: 'Bitte wählen Sie ein neues Passwort',
      happened: ({ product, date, time }) =>
        `Unser Support hat das Passwort Ihres Kontos bei ${product} am ${date} um ${time} Uhr (UTC) abgeschaltet. Es gilt nicht mehr, und alle Geräte wurden abgemeldet.`,
      advice:
        'Eine weitere Nachricht bringt Ihnen einen Link, mit dem Sie ein neues wählen. Gilt er nicht mehr, lassen Sie das Passwort in der App zurücksetzen.',
      ifNotYou: ASK_US,
    },
    'factor-reset': {
      subject: ({ product }) => `Unser Support hat zweite Faktoren Ihres Kontos bei ${product} zurückgesetzt`,
      preheader: 'Bitte richten Sie wieder einen zweiten Faktor ein.',
      heading: 'Zweite Faktoren Ihres Kontos wurden zurückgesetzt',
      happened: ({ product, date, time }) =>
        `Unser Support hat am ${date} um ${time} Uhr (UTC) zweite Faktoren Ihres Kontos bei ${product} abgeschaltet. Alle Geräte wurden abgemeldet.`,
      advice:
        'Melden Sie sich mit Ihrem Passwort an und richten Sie sofort wieder einen zweiten Faktor ein: eine Authentifizierungs-App mit neuen Wiederherstellungscodes.',
      ifNotYou:
        'Wenn Sie das nicht wollten, lassen Sie jetzt Ihr Passwort in der App zurücksetzen, sichern Sie Ihr Postfach und sagen Sie es unserem Support.',
    },
    'deletion-cancelled': {
      subject: ({ product }) => `Ihr Konto bei ${product} wird nicht gelöscht`,
      preheader: 'Das Konto bleibt, wie es war.',
      heading: 'Ihr Konto bleibt',
      happened: ({ product, date, time }) =>
        `Unser Support hat die Löschung Ihres Kontos bei ${product} am ${date} um ${time} Uhr (UTC) abgebrochen.`,
      advice:
        'Das Konto ist, wie es vorher war. Wenn Sie es weiterhin löschen wollen, löschen Sie es in der App oder wenden Sie sich an unseren Support.',
      ifNotYou: ASK_US,
    },
  },
  factorReset: {
    subject: ({ product }) => `Ihre zweiten Faktoren bei ${product} werden zurückgesetzt, wenn Sie es nicht stoppen`,
    preheader: 'Sie waren das nicht? Stoppen Sie es jetzt.',
    heading: 'Ihre zweiten Faktoren werden zurückgesetzt, wenn Sie es nicht stoppen',
    intro: ({ product }) =>
      `Unser Support wurde gebeten, zweite Faktoren Ihres Kontos bei ${product} abzuschalten, weil sie verloren sein sollen.`,
    deadline: ({ date, time }) =>
      `Das ist ab ${date}, ${time} Uhr (UTC), möglich, oder früher, wenn eine zweite Person unseres Supports zustimmt.`,
    ifYou:
      'Wenn Sie darum gebeten haben, brauchen Sie nur zu warten. Finden Sie das Verlorene wieder, benutzen Sie es oder stoppen Sie das Zurücksetzen.',
    ifNotYou:
      'Wenn nicht, will jemand anderes in Ihr Konto. Stoppen Sie es hier, lassen Sie dann in der App Ihr Passwort zurücksetzen und sagen Sie es unserem Support:',
    stop: 'Zurücksetzen stoppen',
    tokenLabel: 'Oder geben Sie auf der Seite dieses Token ein:',
    secrecy: ({ product }) =>
      `Geben Sie diese Nachricht nicht weiter. Niemand von ${product} wird Sie jemals nach dem Token fragen.`,
  },
};
