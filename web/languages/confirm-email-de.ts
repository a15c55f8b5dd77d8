import type { ConfirmEmailTexts } from './texts.ts';

/** The page on which an address confirms a change, in German. */
export const confirmEmailDe = (productName: string): ConfirmEmailTexts => ({
  heading: 'Neue E-Mail-Adresse bestätigen',
  lead: `Ein Konto bei ${productName} soll eine andere E-Mail-Adresse bekommen. Mit der Schaltfläche sagen Sie, dass das stimmt. Geändert wird die Adresse, sobald die alte und die neue bestätigt haben, jede mit ihrer eigenen Nachricht.`,
  tokenLabel: 'Bestätigungs-Token',
  tokenHint:
    'Sie finden es in der E-Mail, die wir Ihnen geschickt haben: 26 Buchstaben und Ziffern in Gruppen. Großschreibung, Leerzeichen und Bindestriche spielen keine Rolle.',
  tokenFilled: 'Aus dem Link in unserer E-Mail übernommen.',
  submit: 'Bestätigen',
  notices: {
    done: {
      title: 'Danke, das ist bestätigt',
      text: 'Wenn auch die andere Adresse bestätigt hat, ist die Änderung gemacht: Melden Sie sich in der App mit der neuen Adresse an. Wenn nicht, öffnen Sie noch unsere Nachricht an die andere Adresse.',
    },
    'done.confirmed': {
      title: 'Danke, das ist bestätigt',
      text: 'Nun muss noch die andere Adresse bestätigen: Öffnen Sie die Nachricht, die wir dorthin geschickt haben. Bis dahin ändert sich nichts, und Sie melden sich an wie bisher. Wenn Sie diese nicht mehr lesen können, steht in unserer Nachricht, wie es weitergeht.',
    },
    'done.email-changed': {
      title: 'Die E-Mail-Adresse ist geändert',
      text: 'Zu Ihrer Sicherheit wurden Sie auf allen Geräten abgemeldet. Gehen Sie zurück zur App und melden Sie sich mit der neuen Adresse und Ihrem Passwort an.',
    },
    'invalid-token': {
      title: 'Dieses Token gilt nicht oder nicht mehr',
      text: 'Vielleicht enthält es einen Tippfehler, wurde schon verwendet oder ist zu alt, oder die Änderung wurde abgebrochen. Vergleichen Sie es mit unserer neuesten E-Mail. In der App sehen Sie, ob noch eine Änderung offen ist, und können sie neu anfordern.',
    },
    conflict: {
      title: 'Die Adresse wurde nicht geändert',
      text: 'Die neue Adresse gehört inzwischen zu einem anderen Konto. Die alte bleibt, und Sie melden sich mit ihr an wie bisher.',
    },
    'body-too-large': {
      title: 'Das war zu viel Text',
      text: 'Bitte geben Sie nur das Token ein.',
    },
    'no-answer': {
      title: 'Keine Antwort vom Server',
      text: 'Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal. Falls das Token dann nicht mehr gilt, hat der erste Versuch doch geklappt.',
    },
  },
});
