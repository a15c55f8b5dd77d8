import type { Language } from '../../../shared/primitives/language.ts';

/** A part of a message. The layouts render each kind and add no fact. */
export type Block =
  | { kind: 'paragraph'; text: string }
  /** The most likely action of the reader. */
  | { kind: 'button'; label: string; url: string }
  /** A text to type or paste elsewhere; may break after its hyphens. */
  | { kind: 'code'; label: string; code: string }
  | { kind: 'steps'; items: readonly string[] }
  /** Smaller print. */
  | { kind: 'note'; text: string }
  /** A secondary action. */
  | { kind: 'link'; label: string; url: string };

/** Content of a message as data, in reading order, without markup. */
export interface MessageContent {
  language: Language;
  productName: string;
  subject: string;
  /** Preview text in a list of mails and on a locked screen; never a secret. */
  preheader: string;
  heading: string;
  blocks: readonly Block[];
  footer: string;
}
