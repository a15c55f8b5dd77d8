import type { NotMySignInTexts, TextContext } from './texts.ts';

/** The page that takes a sign-in back, in German. */
export const notMySignInDe = ({ productName }: TextContext): NotMySignInTexts => ({
  heading: 'Diese Anmeldung waren nicht Sie?',
  lead: `Dann kennt jemand das Passwort Ihres Kontos bei ${productName}. Mit diesem Knopf ist diese Person draußen, und das Passwort gilt nicht mehr: Alle Geräte werden abgemeldet, und wir schicken Ihnen eine Nachricht, mit der Sie ein neues wählen. Wenn Sie es doch waren, schließen Sie diese Seite, dann ändert sich nichts.`,
  tokenLabel: 'Token aus unserer Nachricht',
  tokenHint:
    'Kopieren Sie es aus der Nachricht über die neue Anmeldung: 26 Buchstaben und Ziffern in Gruppen. Groß- und Kleinschreibung, Leerzeichen und Bindestriche sind egal.',
  tokenFilled: 'Aus dem Link in unserer Nachricht übernommen.',
  submit: 'Das war ich nicht',
  notices: {
    done: {
      title: 'Diese Anmeldung ist beendet',
      text: 'Wählen Sie jetzt mit der Nachricht, die wir Ihnen gerade geschickt haben, ein neues Passwort, das Sie sonst nirgends verwenden. Falls Sie am letzten Tag eine Änderung rückgängig gemacht haben, nehmen Sie stattdessen die Nachricht darüber. Prüfen Sie dann in der App Ihre zweiten Faktoren, machen Sie jede Änderung, von der eine andere Nachricht erzählt, mit deren Link rückgängig, und sichern Sie Ihr Postfach.',
    },
    'invalid-token': {
      title: 'Dieses Token funktioniert nicht oder nicht mehr',
      text: 'Vielleicht ist es vertippt, schon verwendet oder älter als sieben Tage; oder die Anmeldung ist schon beendet, weil Sie ein neues Passwort gewählt oder alle Geräte abgemeldet haben. Vergleichen Sie es mit unserer Nachricht. Wenn Sie Ihr Passwort seither nicht geändert haben, lassen Sie es jetzt in der App zurücksetzen.',
    },
    'body-too-large': {
      title: 'Das war zu viel Text',
      text: 'Bitte geben Sie nur das Token ein.',
    },
    unknown: {
      title: 'Das hat nicht geklappt',
      text: 'Bitte versuchen Sie es noch einmal. Wenn es nicht hilft, lassen Sie in der App das Passwort zurücksetzen: Auch damit werden alle Geräte abgemeldet.',
    },
    'no-answer': {
      title: 'Keine Antwort vom Server',
      text: 'Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal. Falls das Token dann nicht mehr funktioniert, hat der erste Versuch doch geklappt: Suchen Sie nach unserer E-Mail.',
    },
  },
});
