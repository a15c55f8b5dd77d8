import { afterAll, beforeAll, describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, findChromium } from './find-chromium.ts';

/**
 * Runs a suite in a Chromium of its own. Without Chromium the suite is skipped with a message.
 *
 * @param args additional arguments of Chromium
 */
export const describeWithChromium = (
  name: string,
  tests: (browser: () => Browser) => void,
  args: readonly string[] = [],
): void => {
  const executablePath = findChromium();
  if (!executablePath) {
    // Not the console, whose output jest drops for skipped suites.
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
