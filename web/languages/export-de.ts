import type { ExportTexts, TextContext } from './texts.ts';

/** The page that saves an export, in German. */
export const exportDe = ({ productName }: TextContext): ExportTexts => ({
  heading: 'Daten sichern',
  lead: `Mit diesem Knopf speichert Ihr Browser alles, was ${productName} über Ihr Konto gespeichert hat, als Datei. Bewahren Sie sie dort auf, wo niemand sonst sie lesen kann.`,
  tokenLabel: 'Token aus unserer Nachricht',
  tokenHint:
    'Kopieren Sie es aus der Nachricht über Ihre Daten: 26 Buchstaben und Ziffern in Gruppen. Groß- und Kleinschreibung, Leerzeichen und Bindestriche sind egal.',
  tokenFilled: 'Aus dem Link in unserer Nachricht übernommen.',
  submit: 'Meine Daten sichern',
  notices: {
    done: {
      title: 'Gesichert',
      text: 'Die Datei liegt dort, wo Ihr Browser Dateien speichert. Der Link gilt nicht mehr.',
    },
    'invalid-token': {
      title: 'Dieses Token funktioniert nicht oder nicht mehr',
      text: 'Vielleicht ist es vertippt, schon verwendet oder älter als 24 Stunden, oder Ihr Passwort wurde seither geändert. Vergleichen Sie es mit unserer Nachricht, oder verlangen Sie Ihre Daten in der App noch einmal.',
    },
    'body-too-large': {
      title: 'Das war zu viel Text',
      text: 'Bitte geben Sie nur das Token ein.',
    },
    unknown: {
      title: 'Das hat nicht geklappt',
      text: 'Bitte versuchen Sie es noch einmal. Das Token gilt ab unserer Nachricht 24 Stunden lang.',
    },
    'no-answer': {
      title: 'Keine Antwort vom Server',
      text: 'Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal.',
    },
  },
});
