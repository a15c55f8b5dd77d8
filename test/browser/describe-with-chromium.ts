import { afterAll, beforeAll } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { describeUnless } from '../support/describe-unless.ts';
import { CHROMIUM_ARGUMENTS, findChromium } from './find-chromium.ts';

/**
 * Describes what happens in a real browser, which one suite has to itself. Without a Chromium it is left out.
 *
 * @param args what Chromium is told beside the usual
 */
export const describeWithChromium = (
  name: string,
  tests: (browser: () => Browser) => void,
  args: readonly string[] = [],
): void => {
  const executablePath = findChromium();
  describeUnless(executablePath ? null : 'there is no Chromium at $CHROMIUM or /usr/bin/chromium', name, () => {
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
