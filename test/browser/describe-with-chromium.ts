import { afterAll, beforeAll, describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, findChromium } from './find-chromium.ts';

/**
 * Describes what happens in a real browser, which one suite has to itself. Without a Chromium the suite is skipped and says so.
 *
 * @param args what Chromium is told beside the usual
 */
export const describeWithChromium = (
  name: string,
  tests: (browser: () => Browser) => void,
  args: readonly string[] = [],
): void => {
  const executablePath = findChromium();
  if (!executablePath) {
    // Not by console: jest keeps to itself what a suite prints that it skips.
    process.stderr.write(`SKIPPED: "${name}" needs Chromium at $CHROMIUM or /usr/bin/chromium.\n`);
  }

  (executablePath ? describe : describe.skip)(name, () => {
    let browser: Browser | undefined;

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: [...CHROMIUM_ARGUMENTS, ...args] });
    });
    afterAll(() => browser?.close());

    tests(() => {
      if (!browser) throw new Error('not started yet');
      return browser;
    });
  });
};
