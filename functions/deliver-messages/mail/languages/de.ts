import type { MessageTexts } from '../message-texts.ts';
import { emailChangeDe } from './email-change-de.ts';
import { emailProofDe } from './email-proof-de.ts';
import { leavingDe } from './leaving-de.ts';
import { emailCodeLockedDe, newDeviceDe } from './new-device-de.ts';
import { operatorDe } from './operator-de.ts';
import { phoneNoticesDe, phoneProvenElsewhereDe, recoveryByPhoneDe } from './phone-de.ts';

const NOT_ME = 'Das war ich nicht';

const RESET_PASSWORD =
  'Lassen Sie das Passwort in der App zurücksetzen und wählen Sie ein neues. Damit sperren Sie alle anderen aus Ihrem Konto aus.';

const SECURE_MAILBOX =
  'Sichern Sie Ihr Postfach: Ändern Sie auch dessen Passwort und melden Sie dort alle Geräte ab, die Sie nicht kennen.';

export const de: MessageTexts = {
  locale: 'de-DE',
  footer: ({ product }) =>
    `Diese Nachricht hat ${product} automatisch verschickt, weil sie Ihr Konto oder Ihre E-Mail-Adresse betrifft.`,
  recovery: {
    subject: ({ product, clock }) => `Passwort für ${product} zurücksetzen (${clock} UTC)`,
    preheader: ({ duration }) =>
      `Der Link gilt ${duration} lang. Wenn Sie das nicht waren, bleibt Ihr Passwort, wie es ist.`,
    heading: 'Passwort zurücksetzen',
    intro: ({ product }) =>
      `Jemand möchte das Passwort des Kontos bei ${product} zurücksetzen, das zu dieser E-Mail-Adresse gehört. Wenn Sie das sind, können Sie hier ein neues Passwort wählen.`,
    asked: ({ date, time, device }) =>
      `Das geschah am ${date} um ${time} Uhr (UTC). Das Gerät nach eigener Angabe: ${device}.`,
    button: 'Neues Passwort wählen',
    tokenLabel: 'Oder mit diesem Wiederherstellungs-Token in der App:',
    validity: ({ duration }) =>
      `Link und Token funktionieren einmal und gelten ab dem Versand dieser Nachricht noch ${duration} lang. Wenn Sie erneut darum bitten, bleiben ältere Nachrichten gültig.`,
    secrecy: ({ product }) =>
      `Geben Sie diese Nachricht nicht weiter. Niemand von ${product} wird Sie jemals nach dem Token fragen.`,
    ifNotYou:
      'Sie waren das nicht? Ihr Passwort ist unverändert, und ohne diese Nachricht kann es auf diesem Weg niemand ändern. Sie können Link und Token darin auch ungültig machen:',
    notMe: 'Das war ich nicht: Link ungültig machen',
  },
  signInLink: {
    subject: ({ product, clock }) => `Ihr Anmelde-Link für ${product} (${clock} UTC)`,
    preheader: ({ duration }) => `Er gilt ${duration} lang, zusammen mit Ihrem Passwort.`,
    heading: 'Trotzdem anmelden',
    intro: ({ product }) =>
      `Jemand hat einen Anmelde-Link für das Konto bei ${product} angefordert, das zu dieser E-Mail-Adresse gehört. Nach zu vielen Versuchen mit einer Adresse gibt es eine Pause, und mit diesem Link kommen Sie an ihr vorbei. Auf einem neuen Gerät ersetzt er auch den Code per E-Mail. Er allein meldet niemanden an: Sie brauchen weiterhin Ihr Passwort und, falls Sie einen nutzen, Ihren zweiten Faktor.`,
    asked: ({ date, time, device }) =>
      `Das geschah am ${date} um ${time} Uhr (UTC). Das Gerät nach eigener Angabe: ${device}.`,
    button: 'Pause überspringen',
    tokenLabel: 'Oder mit diesem Anmelde-Token in der App, zusammen mit Adresse und Passwort:',
    validity: ({ duration }) =>
      `Link und Token funktionieren einmal und gelten ab dem Versand dieser Nachricht noch ${duration} lang. Wenn Sie erneut darum bitten, bleiben ältere Nachrichten gültig.`,
    secrecy: ({ product }) =>
      `Geben Sie diese Nachricht nicht weiter. Niemand von ${product} wird Sie jemals nach dem Token fragen.`,
    ifNotYou:
      'Sie waren das nicht? Dann probiert jemand Ihre Adresse aus. Ohne Ihr Passwort kommt niemand hinein, und diese Nachricht allein hilft niemandem. Sie können Link und Token darin auch ungültig machen:',
    notMe: 'Das war ich nicht: Link ungültig machen',
  },
  device: {
    programOn: ({ program, system }) => `${program} (${system})`,
    app: 'eine App',
    mac: 'Mac oder iPad',
    unknown: 'unbekannt',
  },
  newDevice: newDeviceDe,
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
    happened: ({ product, date, time }) =>
      `Das Passwort Ihres Kontos bei ${product} wurde am ${date} um ${time} Uhr (UTC) geändert. Alle Geräte wurden abgemeldet.`,
    ifYou: 'Wenn Sie das waren, melden Sie sich mit dem neuen Passwort wieder an. Mehr ist nicht zu tun.',
    ifNotYou:
      'Wenn Sie das nicht waren, hat möglicherweise jemand Zugang zu Ihrem Postfach. Handeln Sie dann bitte sofort:',
    steps: [RESET_PASSWORD, SECURE_MAILBOX],
    action: NOT_ME,
  },
  emailChange: emailChangeDe,
  emailProof: emailProofDe,
  operator: operatorDe,
  securityNotice: {
    common: {
      preheader: 'Wenn Sie das nicht waren, handeln Sie bitte sofort.',
      ifYou: 'Wenn Sie das waren, brauchen Sie nichts zu tun.',
      ifNotYou:
        'Wenn Sie das nicht waren, kennt möglicherweise jemand Ihr Passwort oder hat Zugang zu Ihrem Postfach. Handeln Sie dann bitte sofort:',
      steps: [
        RESET_PASSWORD,
        'Prüfen Sie in der App, welche zweiten Faktoren eingerichtet sind: Entfernen Sie, was nicht von Ihnen stammt, richten Sie wieder ein, was fehlt, und erstellen Sie neue Wiederherstellungs-Codes.',
        SECURE_MAILBOX,
      ],
      action: NOT_ME,
    },
    events: {
      'password-changed': {
        subject: ({ product }) => `Ihr Passwort für ${product} wurde geändert`,
        heading: 'Ihr Passwort wurde geändert',
        happened: ({ product, date, time }) =>
          `Das Passwort Ihres Kontos bei ${product} wurde am ${date} um ${time} Uhr (UTC) geändert. Das geschah auf einem angemeldeten Gerät und mit dem bisherigen Passwort. Alle anderen Geräte wurden abgemeldet.`,
      },
      'authenticator-added': {
        subject: ({ product }) => `Zu Ihrem Konto bei ${product} wurde eine Authenticator-App hinzugefügt`,
        heading: 'Eine Authenticator-App wurde hinzugefügt',
        happened: ({ product, date, time }) =>
          `Zu Ihrem Konto bei ${product} wurde am ${date} um ${time} Uhr (UTC) eine Authenticator-App als zweiter Faktor hinzugefügt.`,
      },
      'authenticator-removed': {
        subject: ({ product }) => `Eine Authenticator-App für Ihr Konto bei ${product} wurde entfernt`,
        heading: 'Eine Authenticator-App wurde entfernt',
        happened: ({ product, date, time }) =>
          `Eine Authenticator-App für Ihr Konto bei ${product} wurde am ${date} um ${time} Uhr (UTC) entfernt. Codes aus dieser App gelten nicht mehr.`,
      },
      'authenticator-ahead': {
        subject: ({ product }) => `Codes Ihrer Authenticator-App für ${product} werden derzeit abgelehnt`,
        preheader: 'Melden Sie sich anders an und fügen Sie die App dann neu hinzu.',
        heading: 'Ihre Authenticator-App funktioniert derzeit nicht',
        happened: ({ product, date, time }) =>
          `Für Ihr Konto bei ${product} wurde am ${date} um ${time} Uhr (UTC) ein richtiger Code einer Authenticator-App abgelehnt. Die App wurde eingerichtet oder zuletzt verwendet, während unsere Uhr vorging.`,
        ifYou:
          'Wenn Sie das waren, melden Sie sich mit einem Wiederherstellungs-Code oder einem Code per SMS an. Entfernen Sie dann die Authenticator-App und fügen Sie sie neu hinzu: Danach funktioniert sie sofort.',
      },
      'sms-added': {
        subject: ({ product }) => `Codes per SMS für Ihr Konto bei ${product} wurden eingeschaltet`,
        heading: 'Codes per SMS wurden eingeschaltet',
        happened: ({ product, date, time }) =>
          `Für Ihr Konto bei ${product} wurden am ${date} um ${time} Uhr (UTC) Codes per SMS als zweiter Faktor eingeschaltet.`,
      },
      'sms-removed': {
        subject: ({ product }) => `Codes per SMS für Ihr Konto bei ${product} wurden ausgeschaltet`,
        heading: 'Codes per SMS wurden ausgeschaltet',
        happened: ({ product, date, time }) =>
          `Für Ihr Konto bei ${product} wurden am ${date} um ${time} Uhr (UTC) Codes per SMS ausgeschaltet. Als zweiter Faktor gelten sie nicht mehr.`,
      },
      ...phoneNoticesDe,
      'email-changed': {
        subject: ({ product }) => `Die E-Mail-Adresse Ihres Kontos bei ${product} wurde geändert`,
        heading: 'Ihre E-Mail-Adresse wurde geändert',
        happened: ({ product, date, time }) =>
          `Die E-Mail-Adresse Ihres Kontos bei ${product} wurde am ${date} um ${time} Uhr (UTC) geändert. Ab jetzt melden Sie sich mit der neuen an, und Nachrichten zum Konto gehen dorthin. Zu Ihrer Sicherheit wurden Geräte abgemeldet.`,
      },
      'email-change-failed': {
        subject: ({ product }) => `Die E-Mail-Adresse Ihres Kontos bei ${product} bleibt, wie sie ist`,
        preheader: 'Die neue gehört inzwischen zu einem anderen Konto.',
        heading: 'Ihre E-Mail-Adresse wurde nicht geändert',
        happened: ({ product, date, time }) =>
          `Die E-Mail-Adresse Ihres Kontos bei ${product} sollte am ${date} um ${time} Uhr (UTC) geändert werden. Die neue Adresse gehört inzwischen zu einem anderen Konto. Deshalb bleibt es bei dieser, und Sie melden sich mit ihr an wie bisher. In der App können Sie eine andere wählen.`,
      },
      'recovery-codes-renewed': {
        subject: ({ product }) => `Neue Wiederherstellungs-Codes für Ihr Konto bei ${product} wurden erstellt`,
        heading: 'Neue Wiederherstellungs-Codes wurden erstellt',
        happened: ({ product, date, time }) =>
          `Für Ihr Konto bei ${product} wurden am ${date} um ${time} Uhr (UTC) neue Wiederherstellungs-Codes erstellt. Ältere gelten nicht mehr.`,
      },
      'recovery-code-used': {
        subject: ({ product }) => `Ein Wiederherstellungs-Code für Ihr Konto bei ${product} wurde verwendet`,
        heading: 'Ein Wiederherstellungs-Code wurde verwendet',
        happened: ({ product, date, time }) =>
          `Einer der Wiederherstellungs-Codes für Ihr Konto bei ${product} wurde am ${date} um ${time} Uhr (UTC) verwendet. Er gilt nun nicht mehr.`,
      },
      ...leavingDe.notices,
      'two-factor-locked': {
        subject: ({ product }) => `Zu viele falsche Codes für Ihr Konto bei ${product}`,
        heading: 'Es wurden zu viele falsche Codes eingegeben',
        happened: ({ product, date, time }) =>
          `Für Ihr Konto bei ${product} wurden sehr oft falsche Codes eingegeben. Der zweite Faktor, für den sie gedacht waren, wurde deshalb am ${date} um ${time} Uhr (UTC) für kurze Zeit gesperrt. Ihre anderen Faktoren funktionieren weiterhin.`,
      },
      'email-code-locked': emailCodeLockedDe,
    },
    codesLeft: {
      none: 'Sie haben keine Wiederherstellungs-Codes mehr.',
      one: 'Sie haben noch 1 Wiederherstellungs-Code.',
      other: ({ count }) => `Sie haben noch ${count} Wiederherstellungs-Codes.`,
    },
    acceptedAgain: ({ date, time }) => `Codes dieser App werden ab dem ${date}, ${time} Uhr (UTC), wieder angenommen.`,
    ifYouAndFewLeft:
      'Wenn Sie das waren, erstellen Sie in der App bitte bald neue Wiederherstellungs-Codes. Mehr ist nicht zu tun.',
  },
  undo: {
    ifNotYou: 'Wenn Sie das nicht waren, machen Sie es jetzt rückgängig:',
    effect: ({ date, time }) =>
      `Ihr Konto hat dann wieder die E-Mail-Adresse, die Telefonnummern und die zweiten Faktoren von vorher, was auch immer seither geändert wurde. Alle Geräte werden abgemeldet, und wir schicken Ihnen eine Nachricht, mit der Sie ein neues Passwort wählen. Wenn ein zweiter Faktor eingeschaltet war, brauchen Sie einen Code davon. Der Link funktioniert einmal, bis zum ${date}, ${time} Uhr (UTC).`,
    action: 'Änderung rückgängig machen',
    tokenLabel: 'Oder mit diesem Token auf jener Seite:',
    secrecy: 'Geben Sie diese Nachricht nicht weiter: Der Link darin ist nur für Sie.',
  },
  changeUndone: {
    subject: ({ product }) => `Eine Änderung an Ihrem Konto bei ${product} wurde rückgängig gemacht`,
    preheader: ({ duration }) => `Bitte wählen Sie jetzt ein neues Passwort. Der Link gilt ${duration} lang.`,
    heading: 'Die Änderung wurde rückgängig gemacht',
    intro: ({ product }) =>
      `Ihr Konto bei ${product} hat wieder die E-Mail-Adresse, die Telefonnummern und die zweiten Faktoren von vorher, und alle Geräte wurden abgemeldet.`,
    effects: [
      '24 Stunden lang kann nichts davon geändert werden, und nur mit dieser Nachricht lässt sich ein neues Passwort setzen.',
      'Bitte wählen Sie jetzt ein neues Passwort, das Sie sonst nirgends verwenden.',
    ],
    button: 'Neues Passwort wählen',
    tokenLabel: 'Oder mit diesem Wiederherstellungs-Token in der App:',
    validity: ({ duration }) =>
      `Link und Token funktionieren einmal und gelten ab dem Versand dieser Nachricht ${duration} lang.`,
    secrecy: ({ product }) =>
      `Geben Sie diese Nachricht nicht weiter. Niemand von ${product} wird Sie jemals nach dem Token fragen.`,
    ifNotYou:
      'Sie haben nichts rückgängig gemacht? Dann liest jemand anderer Ihre Nachrichten. Wählen Sie hier trotzdem ein neues Passwort, und sichern Sie Ihr Postfach: Ändern Sie auch dessen Passwort und melden Sie dort alle Geräte ab, die Sie nicht kennen.',
  },
  ...leavingDe.messages,
  phoneProvenElsewhere: phoneProvenElsewhereDe,
  recoveryByPhone: recoveryByPhoneDe,
};
