import type { RemoveNumberTexts, TextContext } from './texts.ts';

/** The page that removes a number, in German. */
export const removeNumberDe = ({ productName }: TextContext): RemoveNumberTexts => ({
  heading: 'Telefonnummer entfernen',
  lead: `Melden Sie sich hier an, um die Telefonnummer aus Ihrem Konto bei ${productName} zu entfernen. Sie erhält dann keine Codes mehr, und alle Geräte werden abgemeldet. Wenn Codes per SMS Ihr einziger zweiter Faktor sind, hat Ihr Konto danach keinen mehr.`,
  needsScript:
    'Diese Seite braucht JavaScript, das in Ihrem Browser nicht läuft. Öffnen Sie stattdessen die App und schalten Sie dort in den Sicherheitseinstellungen Codes per SMS aus.',
  emailLabel: 'E-Mail-Adresse',
  passwordLabel: 'Passwort',
  codeLabel: 'Ihr Code',
  codeHint: 'Aus Ihrer Authenticator-App, aus einer SMS oder einer Ihrer Wiederherstellungs-Codes.',
  mailHint:
    'Aus der Nachricht, die wir gerade an Ihre E-Mail-Adresse geschickt haben, weil Sie auf diesem Gerät neu sind.',
  sendSms: 'Code per SMS schicken',
  sendMail: 'Nachricht noch einmal schicken',
  next: 'Weiter',
  submit: 'Nummer entfernen',
  notices: {
    done: {
      title: 'Die Nummer ist entfernt',
      text: 'Ihr Konto hat sie nicht mehr, und alle Geräte wurden abgemeldet. Sie können sich in der App wieder anmelden und dort einen anderen zweiten Faktor einrichten.',
    },
    'code-sent': {
      title: 'Ein Code ist unterwegs',
      text: 'Das kann eine Minute dauern. Geben Sie ihn unten ein, sobald er da ist.',
    },
    'sms-unavailable': {
      title: 'Gerade kann keine SMS verschickt werden',
      text: 'Bitte geben Sie einen Code aus Ihrer Authenticator-App oder einen Ihrer Wiederherstellungs-Codes ein. Wenn Sie beides nicht haben, versuchen Sie es in einer Stunde noch einmal.',
    },
    'captcha-required': {
      title: 'Auf dieser Seite können Sie sich gerade nicht anmelden',
      text: 'Es wird eine Prüfung gegen Roboter verlangt, die diese Seite nicht hat. Bitte entfernen Sie die Nummer in der App, oder versuchen Sie es in einer Stunde hier noch einmal.',
    },
    'invalid-credentials': {
      title: 'Diese Adresse oder dieses Passwort stimmt nicht',
      text: 'Bitte prüfen Sie beides. Wenn Sie das Passwort vergessen haben, setzen Sie es zuerst in der App zurück.',
    },
    'invalid-code': {
      title: 'Dieser Code stimmt nicht oder gilt nicht mehr',
      text: 'Bitte versuchen Sie einen anderen. Nach fünf falschen Codes oder zehn Minuten laden Sie diese Seite neu und beginnen von vorn.',
    },
    'invalid-request': {
      title: 'Etwas fehlt oder wurde nicht verstanden',
      text: 'Bitte prüfen Sie alle Felder und versuchen Sie es noch einmal.',
    },
    'not-found': {
      title: 'Es gibt keine Nummer zu entfernen',
      text: 'Für dieses Konto sind Codes per SMS nicht eingeschaltet.',
    },
    unknown: {
      title: 'Das hat nicht geklappt',
      text: 'Bitte laden Sie diese Seite neu und beginnen Sie von vorn. Wenn es wieder nicht klappt, entfernen Sie die Nummer in der App.',
    },
    'no-answer': {
      title: 'Keine Antwort vom Server',
      text: 'Bitte prüfen Sie Ihre Internetverbindung und laden Sie diese Seite neu. Falls es dann keine Nummer zu entfernen gibt, hat der erste Versuch doch geklappt.',
    },
  },
});
