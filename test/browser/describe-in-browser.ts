import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { bundleFindPage } from './bundle-find-page.ts';
import { CHROMIUM_ARGUMENTS, findChromium } from './find-chromium.ts';
import { type PageServer, servePagesWithFakes } from './serve-pages-with-fakes.ts';

const ELEMENT_TIMEOUT_MS = 10_000;

/** What the tests of a suite share. */
export interface BrowserSuite {
  server: () => PageServer;
  /** Opens an address of the server in a fresh browser profile, in British English unless told otherwise. */
  open: (address: string, options?: BrowserContextOptions) => Promise<Page>;
}

/**
 * Describes what people see, in a real browser, of the pages as they are deployed. Without a Chromium the suite is skipped
 * and says so. Every test fails on a script error and on anything that the Content-Security-Policy refuses.
 */
export const describeInBrowser = (name: string, tests: (suite: BrowserSuite) => void): void => {
  const executablePath = findChromium();
  if (!executablePath) {
    // Not by console: jest keeps to itself what a suite prints that it skips.
    process.stderr.write(`SKIPPED: "${name}" needs Chromium at $CHROMIUM or /usr/bin/chromium.\n`);
  }

  (executablePath ? describe : describe.skip)(name, () => {
    let browser: Browser | undefined;
    let server: PageServer | undefined;
    let context: BrowserContext | undefined;
    let complaints: string[] = [];

    const started = <T>(value: T | undefined): T => {
      if (value === undefined) throw new Error('not started yet');
      return value;
    };

    beforeAll(async () => {
      server = await servePagesWithFakes(await bundleFindPage());
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: CHROMIUM_ARGUMENTS });
    });

    afterAll(async () => {
      await browser?.close();
      await server?.stop();
    });

    beforeEach(() => {
      server?.forget();
      complaints = [];
    });

    afterEach(async () => {
      await context?.close();
      expect(complaints).toEqual([]);
    });

    tests({
      server: () => started(server),
      open: async (address, options = {}) => {
        context = await started(browser).newContext({ locale: 'en-GB', ...options });
        const page = await context.newPage();
        page.setDefaultTimeout(ELEMENT_TIMEOUT_MS);
        page.on('pageerror', (error) => complaints.push(String(error)));
        page.on('console', (message) => {
          if (/Content Security Policy|refused to/i.test(message.text())) complaints.push(message.text());
        });
        await page.goto(`${started(server).origin}${address}`);
        return page;
      },
    });
  });
};
