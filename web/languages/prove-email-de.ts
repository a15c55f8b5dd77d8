import type { ProveEmailTexts } from './texts.ts';

/** The page on which an owner proves that mail reaches the address again, in German. */
export const proveEmailDe = (productName: string): ProveEmailTexts => ({
  heading: 'Kommen unsere E-Mails wieder an?',
  lead: `Mit der Schaltfläche sagen Sie, dass unsere E-Mail bei Ihnen angekommen ist. Dann schickt ${productName} wieder alle Nachrichten zu Ihrem Konto an diese Adresse.`,
  tokenLabel: 'Bestätigungs-Token',
  tokenHint:
    'Sie finden es in der E-Mail, die wir Ihnen geschickt haben: 26 Buchstaben und Ziffern in Gruppen. Großschreibung, Leerzeichen und Bindestriche spielen keine Rolle.',
  tokenFilled: 'Aus dem Link in unserer E-Mail übernommen.',
  submit: 'Bestätigen',
  notices: {
    done: {
      title: 'Danke, unsere E-Mails kommen wieder an',
      text: 'Ab jetzt gehen wieder alle Nachrichten zu Ihrem Konto an diese Adresse. Sonst ist nichts zu tun.',
    },
    'invalid-token': {
      title: 'Dieses Token gilt nicht oder nicht mehr',
      text: 'Vielleicht enthält es einen Tippfehler, wurde schon verwendet oder ist zu alt, oder Ihr Konto hat inzwischen eine andere Adresse. Vergleichen Sie es mit unserer neuesten E-Mail, oder fordern Sie in der App eine neue an.',
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
