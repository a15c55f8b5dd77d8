import type { SecurityNoticeTexts } from '../message-texts.ts';
import type { NewDeviceTexts } from '../new-device-texts.ts';

/** Texts about sign-ins from new devices, in German. */
export const newDeviceDe: NewDeviceTexts = {
  from: ({ device, network }) => `Das Gerät nach eigener Angabe: ${device}. Sein Netz: ${network}.`,
  fromUnknown: ({ device }) => `Das Gerät nach eigener Angabe: ${device}.`,
  inCountry: ({ country }) => `Nach seinem Netz ist es in diesem Land: ${country}.`,
  code: {
    subject: ({ product, clock }) => `Ihr Anmelde-Code für ${product} (${clock} UTC)`,
    preheader: ({ duration }) => `Er gilt ${duration} lang. Wenn Sie das nicht waren, ändern Sie bitte Ihr Passwort.`,
    heading: 'Ihr Anmelde-Code',
    intro: ({ product, date, time }) =>
      `Jemand meldet sich am ${date} um ${time} Uhr (UTC) mit dem richtigen Passwort auf einem neuen Gerät bei Ihrem Konto bei ${product} an. Wenn Sie das sind, geben Sie dort diesen Code ein.`,
    codeLabel: 'Ihr Code:',
    validity: ({ duration }) =>
      `Der Code funktioniert einmal und nur für diese Anmeldung. Er gilt ab dem Versand dieser Nachricht ${duration} lang.`,
    secrecy: ({ product }) =>
      `Geben Sie ihn nur dort ein, wo Sie gerade Ihr Passwort eingegeben haben. Niemand von ${product} wird Sie jemals danach fragen.`,
    ifNotYou:
      'Sie waren das nicht? Dann kennt jemand Ihr Passwort. Ohne diesen Code kommt niemand hinein. Wählen Sie bitte ein neues Passwort:',
    steps: [
      'Lassen Sie das Passwort in der App zurücksetzen und wählen Sie ein neues, das Sie sonst nirgends verwenden.',
      'Wenn Sie das alte Passwort auch anderswo verwenden, ändern Sie es auch dort.',
    ],
    action: 'Das war ich nicht',
  },
  notice: {
    subject: ({ product }) => `Neue Anmeldung bei Ihrem Konto bei ${product}`,
    preheader: 'Wenn Sie das nicht waren, handeln Sie bitte sofort.',
    heading: 'Anmeldung auf einem neuen Gerät',
    happened: ({ product, date, time }) =>
      `Bei Ihrem Konto bei ${product} hat sich am ${date} um ${time} Uhr (UTC) jemand auf einem Gerät angemeldet, das das Konto nicht kannte.`,
    ifYou: 'Wenn Sie das waren, brauchen Sie nichts zu tun.',
    ifNotYou: 'Wenn Sie das nicht waren, kennt jemand Ihr Passwort. Handeln Sie dann bitte sofort:',
    steps: [
      'Lassen Sie das Passwort in der App zurücksetzen und wählen Sie ein neues. Damit sperren Sie alle anderen aus Ihrem Konto aus.',
      'Prüfen Sie in der App, welche zweiten Faktoren eingerichtet sind: Entfernen Sie, was nicht von Ihnen stammt.',
      'Sichern Sie Ihr Postfach: Ändern Sie auch dessen Passwort und melden Sie dort alle Geräte ab, die Sie nicht kennen.',
    ],
    action: 'Das war ich nicht',
  },
  veto: {
    ifNotYou: 'Wenn Sie das nicht waren, kennt jemand Ihr Passwort. Handeln Sie dann bitte sofort:',
    effect: ({ date, time }) =>
      `Der Knopf beendet diese Anmeldung, und Ihr Passwort gilt nicht mehr: Alle Geräte werden abgemeldet, und wir schicken Ihnen eine Nachricht, mit der Sie ein neues Passwort wählen. Bevor Sie es auf der Seite bestätigen, geschieht nichts. Der Link funktioniert einmal, bis zum ${date}, ${time} Uhr (UTC). Sichern Sie danach bitte Ihr Postfach: Ändern Sie auch dessen Passwort und melden Sie dort alle Geräte ab, die Sie nicht kennen.`,
    action: 'Das war ich nicht',
    tokenLabel: 'Oder mit diesem Token auf jener Seite:',
    secrecy: 'Geben Sie diese Nachricht nicht weiter: Der Link darin ist nur für Sie.',
  },
};

/** Of the notice that codes by mail are locked. */
export const emailCodeLockedDe: SecurityNoticeTexts['events']['email-code-locked'] = {
  subject: ({ product }) => `Jemand kennt Ihr Passwort für ${product}`,
  heading: 'Jemand kennt Ihr Passwort',
  preheader: 'Wenn Sie das nicht waren, wählen Sie bitte sofort ein neues Passwort.',
  happened: ({ product, date, time }) =>
    `Auf einem neuen Gerät wurde das richtige Passwort Ihres Kontos bei ${product} eingegeben und danach sehr oft ein falscher Code. Codes per E-Mail wurden deshalb am ${date} um ${time} Uhr (UTC) für kurze Zeit gesperrt. Mit einem Anmelde-Link kommen Sie trotzdem hinein.`,
};
