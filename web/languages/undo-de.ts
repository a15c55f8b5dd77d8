import type { TextContext, UndoTexts } from './texts.ts';

/** The page that undoes a change, in German. */
export const undoDe = ({ productName }: TextContext): UndoTexts => ({
  heading: 'Das waren nicht Sie? Rückgängig machen',
  lead: `Ihr Konto bei ${productName} bekommt die E-Mail-Adresse, die Telefonnummern und die zweiten Faktoren zurück, die es vor der Änderung in unserer Nachricht hatte, alle Geräte werden abgemeldet, und wir schicken Ihnen eine E-Mail, mit der Sie ein neues Passwort wählen.`,
  tokenLabel: 'Token zum Rückgängigmachen',
  tokenHint:
    'Kopieren Sie es aus der Nachricht über die Änderung: 26 Buchstaben und Ziffern in Gruppen. Groß- und Kleinschreibung, Leerzeichen und Bindestriche sind egal.',
  tokenFilled: 'Aus dem Link in unserer Nachricht übernommen.',
  codeLabel: 'Code (nur wenn Sie vor der Änderung die Anmeldung in zwei Schritten hatten)',
  codeHint:
    'Aus der Authenticator-App von damals, oder einer Ihrer Wiederherstellungs-Codes. Falls Sie Codes per SMS hatten: Öffnen Sie diese Seite aus unserer E-Mail und fügen Sie hier den Link aus unserer SMS ein, oder umgekehrt.',
  submit: 'Änderung rückgängig machen',
  notices: {
    done: {
      title: 'Die Änderung ist rückgängig gemacht',
      text: 'Ihr Konto ist wieder, was es vorher war, und alle Geräte wurden abgemeldet. Öffnen Sie jetzt die E-Mail, die wir an Ihre Adresse von vorher geschickt haben, und wählen Sie ein neues Passwort. 24 Stunden lang kann niemand Ihre Adresse, Ihre Nummer oder Ihre zweiten Faktoren ändern.',
    },
    'invalid-token': {
      title: 'Dieses Token funktioniert nicht oder nicht mehr',
      text: 'Vielleicht ist es vertippt, schon verwendet oder älter als sieben Tage, oder eine frühere Änderung wurde rückgängig gemacht und damit auch diese. Vergleichen Sie es mit unserer Nachricht, und suchen Sie nach einer anderen Nachricht von uns.',
    },
    'invalid-code': {
      title: 'Dieser Code stimmt nicht oder gilt nicht mehr',
      text: 'Es wurde nichts geändert. Der Code muss aus der App stammen, die Sie vor der Änderung hatten, oder einer der Wiederherstellungs-Codes von damals sein. Warten Sie auf den nächsten Code der App, oder versuchen Sie einen anderen Wiederherstellungs-Code.',
    },
    'invalid-request': {
      title: 'Es fehlt ein Code',
      text: 'Es wurde nichts geändert. Ihr Konto hatte vor der Änderung die Anmeldung in zwei Schritten, daher genügt das Token allein nicht: Bitte geben Sie auch einen Code ein.',
    },
    'body-too-large': {
      title: 'Das war zu viel Text',
      text: 'Bitte geben Sie nur das Token und den Code ein.',
    },
    unknown: {
      title: 'Das hat nicht geklappt',
      text: 'Bitte versuchen Sie es noch einmal. Das Token gilt ab unserer Nachricht sieben Tage lang.',
    },
    'no-answer': {
      title: 'Keine Antwort vom Server',
      text: 'Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal. Falls das Token dann nicht mehr funktioniert, hat der erste Versuch doch geklappt: Suchen Sie nach unserer E-Mail.',
    },
  },
});
