import type { BrowserButton, BrowserForm, BrowserInput, BrowserLink, BrowserWindow } from './browser.ts';

/**
 * Type check only (`tsc -p web`), never run: fails to compile when the types of `browser.ts` contradict the real DOM's.
 */
export const partOfTheDom = (): {
  window: BrowserWindow;
  input: BrowserInput;
  button: BrowserButton;
  form: BrowserForm;
  link: BrowserLink;
} => ({
  window,
  input: document.createElement('input'),
  button: document.createElement('button'),
  form: document.createElement('form'),
  link: document.createElement('a'),
});
