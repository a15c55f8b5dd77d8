import { confirmEmailDe } from './confirm-email-de.ts';
import { exportDe } from './export-de.ts';
import { keepAccountDe } from './keep-account-de.ts';
import { notMySignInDe } from './not-my-sign-in-de.ts';
import { proveEmailDe } from './prove-email-de.ts';
import { removeNumberDe } from './remove-number-de.ts';
import type { TextContext, Texts } from './texts.ts';
import { undoDe } from './undo-de.ts';

/** The pages in German. */
export const de = (context: TextContext): Texts => {
  const { productName, minimumPasswordLength } = context;
  return {
    languageName: 'Deutsch',
    languageMenu: 'Sprache',
    errorPrefix: 'Fehler',
    notMeLink: 'Das waren nicht Sie?',
    nameLabel: 'Ihr Name (freiwillig)',
    passwordHint: `Mindestens ${minimumPasswordLength} Zeichen. Ein paar Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten.`,
    showPassword: 'Passwort anzeigen',
    hidePassword: 'Passwort verbergen',
    sending: 'Wird gesendet …',

    notFound: {
      heading: 'Hier ist keine Seite',
      lead: `${productName} benutzen Sie in der App. Hier sind nur die Seiten, zu denen die Links in unseren Nachrichten führen.`,
      advice:
        'Wenn Sie einem Link gefolgt sind, öffnen Sie ihn noch einmal aus der Nachricht und achten Sie darauf, dass er vollständig ist. Wenn Sie ihn abgetippt haben, vergleichen Sie ihn Zeichen für Zeichen. Ihr Konto ist davon nicht betroffen.',
    },

    reset: {
      heading: 'Neues Passwort wählen',
      lead: `Legen Sie ein neues Passwort für Ihr Konto bei ${productName} fest. Danach melden Sie sich in der App damit an.`,
      tokenLabel: 'Wiederherstellungs-Token',
      tokenHint:
        'Kopieren Sie es aus der Nachricht, die wir Ihnen geschickt haben: 26 Buchstaben und Ziffern in Gruppen. Groß- und Kleinschreibung, Leerzeichen und Bindestriche spielen keine Rolle.',
      tokenFilled: 'Aus dem Link in unserer Nachricht übernommen.',
      passwordLabel: 'Neues Passwort',
      submit: 'Neues Passwort speichern',
      done: {
        title: 'Geschafft',
        text: 'Ihr neues Passwort gilt ab sofort. Zu Ihrer Sicherheit wurden Sie auf allen Geräten abgemeldet. Gehen Sie zurück zur App und melden Sie sich mit dem neuen Passwort an. Wenn Sie einen zweiten Faktor nutzen, brauchen Sie ihn dort weiterhin.',
      },
      invalidToken: {
        title: 'Dieses Token ist nicht oder nicht mehr gültig',
        text: 'Vielleicht enthält es einen Tippfehler, wurde schon benutzt oder ist abgelaufen. Vergleichen Sie es mit unserer letzten Nachricht. Oder gehen Sie zurück zur App und wählen Sie „Passwort vergessen“: Wir schicken Ihnen dann ein neues.',
      },
    },

    completeSignUp: {
      heading: 'Registrierung abschließen',
      lead: `Wählen Sie ein Passwort, und Ihr Konto bei ${productName} ist bereit.`,
      tokenLabel: 'Registrierungs-Token',
      tokenHint:
        'Kopieren Sie es aus der E-Mail, die wir Ihnen geschickt haben: 26 Buchstaben und Ziffern in Gruppen. Groß- und Kleinschreibung, Leerzeichen und Bindestriche spielen keine Rolle.',
      tokenFilled: 'Aus dem Link in unserer E-Mail übernommen.',
      passwordLabel: 'Passwort',
      submit: 'Konto eröffnen',
      done: {
        title: 'Ihr Konto ist bereit',
        text: 'Willkommen! Sie können diese Seite schließen, zurück zur App gehen und sich dort mit Ihrer E-Mail-Adresse und dem eben gewählten Passwort anmelden.',
      },
      invalidToken: {
        title: 'Dieses Token ist nicht oder nicht mehr gültig',
        text: 'Vielleicht enthält es einen Tippfehler, wurde schon benutzt oder ist abgelaufen. Vergleichen Sie es mit unserer letzten E-Mail. Oder gehen Sie zurück zur App und registrieren Sie sich noch einmal mit derselben Adresse: Wir schicken Ihnen dann ein neues.',
      },
    },

    failures: {
      'invalid-request': {
        title: 'Etwas fehlt oder wurde nicht verstanden',
        text: 'Bitte prüfen Sie alle Felder und versuchen Sie es noch einmal.',
      },
      conflict: {
        title: 'Das war nicht möglich',
        text: 'In der Zwischenzeit hat sich etwas geändert. Gehen Sie zurück zur App und sehen Sie nach, wie es dort jetzt steht.',
      },
      'password-rejected': {
        title: 'Dieses Passwort kann nicht verwendet werden',
        text: 'Bitte wählen Sie ein anderes. Ihr Token gilt weiterhin.',
      },
      'password-rejected.too-short': {
        title: 'Dieses Passwort ist zu kurz',
        text: `Bitte verwenden Sie mindestens ${minimumPasswordLength} Zeichen. Gut eignen sich ein paar Wörter ohne Zusammenhang.`,
      },
      'password-rejected.too-long': {
        title: 'Dieses Passwort ist zu lang',
        text: 'Bitte verwenden Sie höchstens 128 Zeichen.',
      },
      'password-rejected.breached': {
        title: 'Dieses Passwort ist Angreifern bekannt',
        text: 'Es steht auf einer Liste häufiger oder gestohlener Passwörter. Bitte wählen Sie eines, das Sie sonst nirgends verwenden: ein paar Wörter ohne Zusammenhang oder eines, das Ihr Passwort-Manager erzeugt.',
      },
      'password-rejected.contains-personal-data': {
        title: 'Dieses Passwort ist zu leicht zu erraten',
        text: `Ohne Ihren Namen, Ihre E-Mail-Adresse und deren Teile, Ihre Telefonnummer und den Namen „${productName}“ bleibt zu wenig davon übrig. Bitte ergänzen Sie ein paar beliebige Wörter.`,
      },
      'password-rejected.invalid-characters': {
        title: 'Dieses Passwort enthält ein Zeichen, das nicht funktioniert',
        text: 'Bitte wählen Sie eines aus den Buchstaben, Ziffern und Zeichen Ihrer Tastatur.',
      },
      'invalid-code': {
        title: 'Dieser Code stimmt nicht oder gilt nicht mehr',
        text: 'Bitte versuchen Sie einen anderen.',
      },
      'body-too-large': {
        title: 'Das war zu viel Text',
        text: 'Bitte wählen Sie ein kürzeres Passwort, höchstens 128 Zeichen, und prüfen Sie auch die anderen Felder.',
      },
      'too-many-requests': {
        title: 'Zu viele Versuche',
        text: 'Zur Sicherheit aller gibt es jetzt eine Pause. Es wurde nichts geändert. Bitte warten Sie ein paar Minuten und versuchen Sie es dann noch einmal.',
      },
      internal: {
        title: 'Bei uns ist etwas schiefgegangen',
        text: 'Es wurde nichts geändert. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
      },
      unavailable: {
        title: 'Wir können gerade nicht antworten',
        text: 'Bitte versuchen Sie es gleich noch einmal.',
      },
      unknown: {
        title: 'Das hat nicht geklappt',
        text: 'Bitte versuchen Sie es noch einmal. Wenn es wieder nicht klappt, gehen Sie zurück zur App und fordern Sie eine neue Nachricht an.',
      },
      'no-answer': {
        title: 'Keine Antwort vom Server',
        text: 'Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal. Falls das Token dann nicht mehr gilt, hat der erste Versuch doch geklappt: Melden Sie sich mit dem eben gewählten Passwort an.',
      },
    },

    removeNumber: removeNumberDe(context),
    undo: undoDe(context),
    keepAccount: keepAccountDe(context),
    notMySignIn: notMySignInDe(context),
    export: exportDe(context),

    signInLink: {
      heading: 'Mit diesem Token anmelden',
      lead: `Damit kommen Sie an der Pause vorbei, die es nach zu vielen Versuchen mit Ihrer Adresse gibt. Das Token allein meldet niemanden an: In der App brauchen Sie weiterhin Ihr Passwort bei ${productName} und, falls Sie einen nutzen, Ihren zweiten Faktor.`,
      fromMessage:
        'Kopieren Sie das Token aus der E-Mail, die wir Ihnen geschickt haben: 26 Buchstaben und Ziffern in Gruppen, unter der Schaltfläche mit dem Link.',
      tokenLabel: 'Anmelde-Token',
      tokenHint: 'Aus dem Link in unserer E-Mail übernommen. Es funktioniert einmal.',
      copy: 'Token kopieren',
      sections: [
        {
          title: 'Gehen Sie dann zurück zur App',
          text: 'Melden Sie sich dort mit Ihrer E-Mail-Adresse, Ihrem Passwort und diesem Token an.',
        },
        {
          title: 'Die App ist auf einem anderen Gerät?',
          text: 'Tippen Sie das Token dort ein. Groß- und Kleinschreibung, Leerzeichen und Bindestriche spielen keine Rolle.',
        },
        {
          title: 'Die App nimmt es nicht an?',
          text: 'Vielleicht enthält es einen Tippfehler, wurde schon benutzt oder ist abgelaufen. Vergleichen Sie es mit unserer letzten E-Mail, oder lassen Sie sich in der App einen neuen Link schicken.',
        },
      ],
      notices: {
        copied: { title: 'Kopiert', text: 'Gehen Sie jetzt zurück zur App und fügen Sie das Token dort ein.' },
        'not-copied': {
          title: 'Ihr Browser lässt uns nicht kopieren',
          text: 'Das Token ist markiert: Kopieren Sie es selbst, oder tippen Sie es ab.',
        },
      },
    },

    confirmEmail: confirmEmailDe(productName),
    proveEmail: proveEmailDe(productName),

    notMe: {
      heading: 'Das waren nicht Sie?',
      lead: 'Was jetzt zu tun ist, hängt davon ab, was in unserer Nachricht steht.',
      unasked: {
        title: 'Die Nachricht enthält einen Link und ein Token, die Sie nicht angefordert haben',
        text: `Dann hat jemand Ihre Adresse eingegeben, wahrscheinlich aus Versehen, und Sie müssen nichts tun. Es hat sich nichts geändert: Ihr Konto bei ${productName} und Ihr Passwort sind, wie sie waren, und es wurde auch kein neues Konto eröffnet. Der Link läuft von selbst ab.`,
      },
      revoke: {
        lead: 'Wenn es in der Nachricht um ein neues Passwort, eine Anmeldung, eine andere E-Mail-Adresse oder das Zurücksetzen Ihrer zweiten Faktoren ging, können Sie sie hier auch beenden: Link und Token funktionieren dann sofort nicht mehr, und auch die aller anderen solchen Nachrichten an Sie nicht. Eine Änderung Ihrer E-Mail-Adresse wird damit abgebrochen, ein Zurücksetzen Ihrer zweiten Faktoren gestoppt.',
        submit: 'Link ungültig machen',
      },
      sections: [
        {
          title: 'Die Nachricht sagt, dass Ihre E-Mail-Adresse geändert werden soll',
          text: 'Dann ist jemand in Ihrem Konto angemeldet. Brechen Sie zuerst die Änderung mit dem Formular oben ab. Öffnen Sie dann die App, wählen Sie „Passwort vergessen“ und legen Sie ein neues Passwort fest: Damit werden alle Geräte abgemeldet.',
        },
        {
          title: 'Die Nachricht sagt, dass Ihre zweiten Faktoren zurückgesetzt werden sollen',
          text: 'Dann hat jemand unseren Support darum gebeten. Stoppen Sie es zuerst mit dem Formular oben. Legen Sie dann in der App ein neues Passwort fest, schützen Sie Ihr Postfach und sagen Sie es unserem Support.',
        },
        {
          title: 'Die Nachricht sagt, dass Ihr Passwort geändert wurde',
          text: 'Dann handeln Sie bitte sofort: Machen Sie es mit dem Link in jener Nachricht rückgängig. Wenn sie keinen hat oder er nicht mehr funktioniert, öffnen Sie die App, wählen Sie „Passwort vergessen“ und legen Sie ein neues Passwort fest: Damit werden alle Geräte abgemeldet. Sichern Sie danach Ihr Postfach.',
        },
        {
          title: 'Behalten Sie unsere Nachrichten für sich',
          text: 'Nur wer die Nachricht hat, kann nutzen, was darin steht. Leiten Sie sie nicht weiter und nennen Sie niemandem das Token darin, auch niemandem, der angeblich für uns arbeitet. Niemand von uns fragt Sie je danach.',
        },
        {
          title: 'Sichern Sie Ihr Postfach',
          text: 'Wer Ihre E-Mails lesen kann, kann auch unsere Nachrichten lesen. Geben Sie Ihrem Postfach ein Passwort, das Sie sonst nirgends verwenden, schalten Sie die Anmeldung in zwei Schritten ein und suchen Sie nach Geräten und Weiterleitungen, die Sie nicht kennen.',
        },
      ],
      notices: {
        done: {
          title: 'Der Link funktioniert nicht mehr',
          text: 'Mit dieser Nachricht und mit früheren ihrer Art kann niemand mehr etwas anfangen. Ihr Passwort ist, wie es war, und Sie bleiben überall angemeldet. Wenn Sie selbst eine solche Nachricht brauchen, fordern Sie sie in der App an: Wir schicken Ihnen dann eine neue.',
        },
        'invalid-token': {
          title: 'Dieses Token funktioniert nicht oder nicht mehr',
          text: 'Mit ihm kann niemand etwas anfangen. Wenn Sie es abgetippt haben, vergleichen Sie es mit unserer Nachricht. Falls eine andere Nachricht sagt, dass Ihr Passwort geändert wurde, und Sie das nicht waren, handeln Sie sofort: Was zu tun ist, steht unten.',
        },
        'body-too-large': {
          title: 'Das war zu viel Text',
          text: 'Bitte geben Sie nur das Token ein.',
        },
        unknown: {
          title: 'Das hat nicht geklappt',
          text: 'Bitte versuchen Sie es noch einmal. Wenn es wieder nicht klappt, belassen Sie es dabei: Der Link läuft in der Zeit, die in der Nachricht steht, von selbst ab.',
        },
        'no-answer': {
          title: 'Keine Antwort vom Server',
          text: 'Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal. Falls das Token dann nicht mehr funktioniert, hat der erste Versuch doch geklappt.',
        },
      },
    },
  };
};
