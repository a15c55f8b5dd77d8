import type { Language } from '../../shared/primitives/language.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import type { TextContext, Texts } from './texts.ts';

const TEXTS: Readonly<Record<Language, (context: TextContext) => Texts>> = { en, de };

export const textsIn = (language: Language, { productName, minimumPasswordLength }: TextContext): Texts =>
  TEXTS[language]({ productName, minimumPasswordLength });
