import { chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, findChromium } from './find-chromium.ts';
import type { BrowserKind } from './keyboard-browser.ts';

const NAMED_KEYS: Readonly<Record<string, string>> = { '\t': 'Tab', '\n': 'Enter' };

const executablePath = findChromium();

/** Chromium, by the DevTools protocol. */
export const chromiumByKeyboard: BrowserKind = {
  name: 'Chromium',
  executablePath,
  start: async ({ runsScripts }) => {
    const browser = await chromium.launch({ executablePath: executablePath ?? '', args: CHROMIUM_ARGUMENTS });
    const page = await (await browser.newContext({ javaScriptEnabled: runsScripts })).newPage();
    return {
      open: async (address) => {
        await page.goto(address);
      },
      press: async (keys) => {
        for (const key of keys) await page.keyboard.press(NAMED_KEYS[key] ?? (key === ' ' ? 'Space' : key));
      },
      address: async () => page.url(),
      close: () => browser.close(),
    };
  },
};
