import type { BrowserButton, BrowserForm, BrowserInput, BrowserLink, BrowserWindow } from './browser.ts';

/** Compiles, by `tsc -p web`, only while the types of `browser.ts` are a part of the real DOM's. Never run. */
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
