import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { bundleFindPage } from './bundle-find-page.ts';
import { describeWithChromium } from './describe-with-chromium.ts';
import { type PageServer, servePagesWithFakes } from './serve-pages-with-fakes.ts';

const ELEMENT_TIMEOUT_MS = 10_000;

/** Shared by the tests of a suite. */
export interface BrowserSuite {
  server: () => PageServer;
  /** Opens an address of the server in a fresh browser profile, in British English by default. */
  open: (address: string, options?: BrowserContextOptions) => Promise<Page>;
}

/**
 * Describes what people see, in a real browser, of the pages as they are deployed. Without a Chromium the suite is
 * left out. Every test fails on a script error and on anything that the Content-Security-Policy refuses.
 */
export const describeInBrowser = (name: string, tests: (suite: BrowserSuite) => void): void => {
  describeWithChromium(name, (browser) => {
    let server: PageServer | undefined;
    let context: BrowserContext | undefined;
    let complaints: string[] = [];

    const started = <T>(value: T | undefined): T => {
      if (value === undefined) throw new Error('not started yet');
      return value;
    };

    beforeAll(async () => {
      server = await servePagesWithFakes(await bundleFindPage());
    });

    afterAll(() => server?.stop());

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
        context = await browser().newContext({ locale: 'en-GB', ...options });
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
