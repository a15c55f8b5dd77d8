import type { KeepAccountTexts, TextContext } from './texts.ts';

/** The page that keeps an account which is to be deleted, in German. */
export const keepAccountDe = ({ productName }: TextContext): KeepAccountTexts => ({
  heading: 'Konto behalten',
  lead: `Ihr Konto bei ${productName} soll gelöscht werden. Mit diesem Knopf bleibt es, wie es vorher war. Angemeldet wird dadurch niemand.`,
  tokenLabel: 'Token aus unserer Nachricht',
  tokenHint:
    'Kopieren Sie es aus der Nachricht, dass Ihr Konto gelöscht werden soll: 26 Buchstaben und Ziffern in Gruppen. Groß- und Kleinschreibung, Leerzeichen und Bindestriche sind egal.',
  tokenFilled: 'Aus dem Link in unserer Nachricht übernommen.',
  submit: 'Konto behalten',
  notices: {
    done: {
      title: 'Ihr Konto bleibt',
      text: 'Melden Sie sich wie gewohnt an. Falls nicht Sie es löschen wollten, war jemand anderes angemeldet: Lassen Sie jetzt in der App das Passwort zurücksetzen und wählen Sie ein neues.',
    },
    'invalid-token': {
      title: 'Dieses Token funktioniert nicht oder nicht mehr',
      text: 'Vielleicht ist es vertippt oder schon verwendet, dann bleibt das Konto; oder der Tag aus unserer Nachricht ist vorbei und das Konto gelöscht. Vergleichen Sie es mit unserer Nachricht, und versuchen Sie, sich anzumelden.',
    },
    'body-too-large': {
      title: 'Das war zu viel Text',
      text: 'Bitte geben Sie nur das Token ein.',
    },
    unknown: {
      title: 'Das hat nicht geklappt',
      text: 'Bitte versuchen Sie es noch einmal. Das Token gilt bis zu dem Tag, den unsere Nachricht nennt.',
    },
    'no-answer': {
      title: 'Keine Antwort vom Server',
      text: 'Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal. Falls das Token dann nicht mehr funktioniert, hat der erste Versuch doch geklappt: Suchen Sie nach unserer E-Mail.',
    },
  },
});
