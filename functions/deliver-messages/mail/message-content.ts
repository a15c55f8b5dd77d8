import type { Language } from '../../../shared/primitives/language.ts';

/** One thing that a message says or offers. The layouts decide how each kind looks; none of them adds a fact. */
export type Block =
  | { kind: 'paragraph'; text: string }
  /** The one thing that the reader most likely wants to do. */
  | { kind: 'button'; label: string; url: string }
  /** Something to be typed or pasted elsewhere; it may break behind its hyphens. */
  | { kind: 'code'; label: string; code: string }
  | { kind: 'steps'; items: readonly string[] }
  /** Smaller print. */
  | { kind: 'note'; text: string }
  /** A way out beside the button. */
  | { kind: 'link'; label: string; url: string };

/** A message before it has a form: data, in the order in which it is read. Nothing in it is markup. */
export interface Letter {
  language: Language;
  productName: string;
  subject: string;
  /** What a list of mails and a locked screen show beside the subject; never a secret. */
  preheader: string;
  heading: string;
  blocks: readonly Block[];
  footer: string;
}
