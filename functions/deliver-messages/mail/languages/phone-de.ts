import type { MessageTexts } from '../message-texts.ts';

/** Notices about numbers. */
export const phoneNoticesDe = {
  'phone-changed': {
    subject: ({ product }) => `Die Telefonnummer Ihres Kontos bei ${product} wurde geändert`,
    heading: 'Ihre Telefonnummer wurde geändert',
    happened: ({ product, date, time }) =>
      `In das Profil Ihres Kontos bei ${product} wurde am ${date} um ${time} Uhr (UTC) eine Telefonnummer eingetragen, gegebenenfalls anstelle der bisherigen. Sie ist kein zweiter Faktor, und das Konto lässt sich mit ihr nicht wiederherstellen.`,
  },
  'phone-removed': {
    subject: ({ product }) => `Ihre Telefonnummer wurde aus Ihrem Konto bei ${product} entfernt`,
    heading: 'Ihre Telefonnummer wurde entfernt',
    happened: ({ product, date, time }) =>
      `Aus Ihrem Konto bei ${product} wurde am ${date} um ${time} Uhr (UTC) die Telefonnummer entfernt. SMS zu diesem Konto werden nicht mehr an sie geschickt.`,
  },
  'recovery-phone-changed': {
    subject: ({ product }) => `Mit einer Telefonnummer lässt sich jetzt Ihr Konto bei ${product} wiederherstellen`,
    heading: 'Eine Nummer zur Wiederherstellung wurde gewählt',
    happened: ({ product, date, time }) =>
      `Eine Telefonnummer, mit der sich das Passwort Ihres Kontos bei ${product} per SMS zurücksetzen lässt, wurde am ${date} um ${time} Uhr (UTC) gewählt, gegebenenfalls anstelle der bisherigen. Jedes Mal, wenn jemand darum bittet, bekommen Sie eine Nachricht an diese Adresse.`,
  },
  'recovery-phone-removed': {
    subject: ({ product }) => `Ihr Konto bei ${product} lässt sich nicht mehr mit einer Telefonnummer wiederherstellen`,
    heading: 'Die Nummer zur Wiederherstellung wurde entfernt',
    happened: ({ product, date, time }) =>
      `Die Telefonnummer, mit der sich das Passwort Ihres Kontos bei ${product} zurücksetzen ließ, wurde am ${date} um ${time} Uhr (UTC) entfernt.`,
  },
  'recovery-phone-lost': {
    subject: ({ product }) => `Ihre Telefonnummer stellt Ihr Konto bei ${product} nicht mehr wieder her`,
    heading: 'Ihre Nummer zur Wiederherstellung hat jetzt ein anderes Konto',
    preheader: 'Sonst wurde nichts geändert.',
    happened: ({ product, date, time }) =>
      `Ein anderes Konto bei ${product} hat am ${date} um ${time} Uhr (UTC) nachgewiesen, dass es SMS an die Nummer lesen kann, die Sie zur Wiederherstellung gewählt hatten. Zu Ihrer Sicherheit lässt sich Ihr Passwort mit ihr nicht mehr zurücksetzen. In der App können Sie eine andere wählen, und Zurücksetzen per E-Mail geht wie bisher.`,
  },
} as const satisfies Partial<MessageTexts['securityNotice']['events']>;

export const phoneProvenElsewhereDe: MessageTexts['phoneProvenElsewhere'] = {
  subject: ({ product }) => `Ihre Telefonnummer wurde für ein anderes Konto bei ${product} verwendet`,
  preheader: 'Wenn Sie davon nichts wissen, entfernen Sie die Nummer jetzt aus Ihrem Konto.',
  heading: 'Ihre Telefonnummer wurde für ein anderes Konto verwendet',
  happened: ({ product, date, time }) =>
    `Am ${date} um ${time} Uhr (UTC) hat ein anderes Konto bei ${product} nachgewiesen, dass es die SMS an Ihre Telefonnummer lesen kann. Sonst wurde an Ihrem Konto nichts geändert, und Ihre Codes gehen weiterhin an diese Nummer.`,
  unverified:
    'Ihr Profil zeigt die Nummer nicht mehr als bestätigt an. Wenn sie Ihnen allein gehört, können Sie sie in der App neu bestätigen.',
  ifYou: 'Wenn das Konto Ihnen gehört oder jemandem, mit dem Sie das Telefon teilen, brauchen Sie nichts zu tun.',
  ifNotYou:
    'Wenn Sie davon nichts wissen, liest möglicherweise jemand anderer die SMS an diese Nummer, etwa weil sie neu vergeben wurde. Entfernen Sie die Nummer dann aus Ihrem Konto:',
  steps: [
    'Wenn Sie die App noch zur Hand haben, fügen Sie dort zuerst eine Authenticator-App hinzu, damit Ihr Konto einen zweiten Faktor behält.',
    'Öffnen Sie die Seite unten und melden Sie sich mit Ihrem Passwort und einem zweiten Faktor an. Wenn die SMS Sie nicht mehr erreichen, genügt ein Wiederherstellungs-Code.',
    'Die Nummer wird sofort entfernt, und alle Geräte werden abgemeldet.',
  ],
  action: 'Nummer entfernen',
};

export const recoveryByPhoneDe: MessageTexts['recoveryByPhone'] = {
  subject: ({ product, clock }) => `Jemand setzt Ihr Passwort für ${product} per SMS zurück (${clock} UTC)`,
  preheader: 'Wenn Sie das nicht waren, stoppen Sie es jetzt.',
  heading: 'Ihr Passwort wird per SMS zurückgesetzt',
  happened: ({ product, number }) =>
    `Jemand möchte das Passwort Ihres Kontos bei ${product} zurücksetzen. Eine SMS mit einem Code dafür geht an Ihre Nummer ${number}.`,
  asked: ({ date, time, device }) =>
    `Das geschah am ${date} um ${time} Uhr (UTC). Das Gerät nach eigener Angabe: ${device}.`,
  ifYou: 'Wenn Sie das sind, ist nichts zu tun: Geben Sie den Code aus der SMS ein.',
  ifNotYou:
    'Sie waren das nicht? Dann stoppen Sie es jetzt. Der Code gilt dann nicht mehr, und 24 Stunden lang geht kein anderer an diese Nummer. Per E-Mail können Sie Ihr Passwort weiterhin zurücksetzen:',
  notMe: 'Das war ich nicht: stoppen',
  secrecy: 'Geben Sie diese Nachricht nicht weiter: Der Link darin ist nur für Sie.',
};
