import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './describe-in-browser.ts';

const TOKEN = '0123456789ABCDEFGHJKMNPQRS';
const GROUPED = '0123 4567 89AB CDEF GHJK MNPQ RS';

const status = (page: Page) => page.locator('#status');
const shown = (page: Page) => page.locator('#token').textContent();
const copyButton = (page: Page) => page.getByRole('button', { name: 'Copy the token' });

/** A browser that takes what a page copies, or one that lets no page copy. */
const setClipboard = (page: Page, takes: boolean): Promise<unknown> =>
  page.evaluate(`Object.defineProperty(navigator, 'clipboard', {
    value: ${takes} ? { writeText: async (text) => { window.copied = text; } } : undefined,
  })`);

describeInBrowser('the page that a sign-in link leads to', ({ open, server }) => {
  it('shows the token in groups, takes it out of the address and sends nothing', async () => {
    const page = await open(`/ui/sign-in-link?lang=en#token=${TOKEN}`);

    expect(await shown(page)).toBe(GROUPED);
    expect(page.url()).toBe(`${server().origin}/ui/sign-in-link?lang=en`);
    expect(await page.locator('#from-message').isVisible()).toBe(false);
    expect(server().requests.join()).not.toContain(TOKEN);
    expect(server().calls).toEqual([]);
  });

  it('copies it, by the keyboard too, and says so', async () => {
    const page = await open(`/ui/sign-in-link?lang=en#token=${TOKEN}`);
    await setClipboard(page, true);

    await copyButton(page).focus();
    await page.keyboard.press('Enter');

    await status(page).getByText('Now go back to the app').waitFor();
    expect(await page.evaluate('window.copied')).toBe(TOKEN);
    expect(page.url()).toBe(`${server().origin}/ui/sign-in-link?lang=en`);
  });

  it('selects it where the browser lets no page copy', async () => {
    const page = await open(`/ui/sign-in-link?lang=en#token=${TOKEN}`);
    await setClipboard(page, false);

    await copyButton(page).click();

    await status(page).getByText('The token is selected').waitFor();
    expect(await page.evaluate('getSelection().toString()')).toBe(GROUPED);
  });

  it('passes it to the page in the other language', async () => {
    const page = await open(`/ui/sign-in-link?lang=en#token=${TOKEN}`);

    await page.getByRole('link', { name: 'Deutsch' }).click();

    await page.waitForURL(`${server().origin}/ui/sign-in-link?lang=de`);
    expect(await shown(page)).toBe(GROUPED);
    expect(await page.locator('h1').textContent()).toBe('Mit diesem Token anmelden');
  });

  it.each(['', '#token=', '#token=Call%20us%20at%20once', `#token=${TOKEN}X`])(
    'shows no text of a link that is none of ours: %s',
    async (fragment) => {
      const page = await open(`/ui/sign-in-link?lang=en${fragment}`);

      expect(await page.getByText('Copy the token from the e-mail that we sent you').isVisible()).toBe(true);
      expect([await shown(page), await copyButton(page).isVisible()]).toEqual(['', false]);
    },
  );

  it('says without JavaScript where the token stands', async () => {
    const page = await open(`/ui/sign-in-link?lang=en#token=${TOKEN}`, { javaScriptEnabled: false });

    expect(await page.getByText('Copy the token from the e-mail that we sent you').isVisible()).toBe(true);
    expect(await page.locator('form').isVisible()).toBe(false);
  });

  it.each(['en', 'de'])('fits a screen of 320 pixels, token and all, in %s', async (language) => {
    const page = await open(`/ui/sign-in-link?lang=${language}#token=${TOKEN}`, {
      viewport: { width: 320, height: 640 },
    });

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(
      await page.evaluate(
        'document.querySelector("#token").scrollWidth <= document.querySelector("#token").clientWidth',
      ),
    ).toBe(true);
  });

  describe('in "this wasn\'t me" of its mail', () => {
    it('fills the form, is asked about nowhere, and is voided by the button alone', async () => {
      const page = await open(`/ui/not-me?lang=en#link=${TOKEN}`);
      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(server().calls).toEqual([]);

      await page.getByRole('button', { name: 'Make the link stop working' }).click();

      await status(page).getByText('of no use to anybody any more').waitFor();
      expect(server().calls.map(({ path, fields }) => ({ path, fields }))).toEqual([
        { path: '/account/recovery/revoke', fields: { token: TOKEN } },
      ]);
    });

    it('goes along when the language is switched, and is still asked about nowhere', async () => {
      const page = await open(`/ui/not-me?lang=en#link=${TOKEN}`);

      await page.getByRole('link', { name: 'Deutsch' }).click();

      await page.waitForURL(`${server().origin}/ui/not-me?lang=de`);
      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(server().calls).toEqual([]);
    });
  });
});
