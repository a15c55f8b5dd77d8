import type { Language } from '../shared/primitives/language.ts';
import type { Texts } from './languages/texts.ts';
import type { Outcome } from './outcome.ts';

/** Everything that a page depends on. */
export interface PageContext {
  /** The page's own address, without the query. */
  path: string;
  language: Language;
  texts: Texts;
  productName: string;
  /** Code points, 8…64. */
  minimumPasswordLength: number;
  /** `null` where no form was posted. */
  outcome: Outcome | null;
}
