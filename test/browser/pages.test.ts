import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './describe-in-browser.ts';
import type { PageServer } from './serve-pages-with-fakes.ts';

const TOKEN = '0123456789ABCDEFGHJKMNPQRS';
const OTHER_TOKEN = 'ZZZZ456789ABCDEFGHJKMNPQRS';
const PASSWORD = 'correct horse battery staple';

const status = (page: Page) => page.locator('#status');

const callsTo = ({ calls }: PageServer, path: string) => calls.filter((call) => call.path === path);

describeInBrowser('the hosted pages', ({ open, server }) => {
  describe('the token of the link', () => {
    /** @asvs 14.2.1 */
    it('fills the field, leaves the address bar and never reaches the server in an address', async () => {
      const page = await open(`/ui/reset?lang=en#token=${TOKEN}`);

      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(page.url()).toBe(`${server().origin}/ui/reset?lang=en`);
      expect(await page.locator('#token-hint').textContent()).toBe('Taken from the link in our message.');
      expect(server().requests.join()).not.toContain(TOKEN);
    });

    it('is taken from a second link in the same tab as well', async () => {
      const page = await open(`/ui/reset#token=${TOKEN}`);

      await page.goto(`${server().origin}/ui/reset#token=${OTHER_TOKEN}`);

      await page.waitForURL(`${server().origin}/ui/reset`);
      expect(await page.locator('#token').inputValue()).toBe(OTHER_TOKEN);
    });

    it('is asked about at once, so that nobody thinks of a password for a link that is used up', async () => {
      server().answer('/reset', { status: 400, body: { code: 'invalid-token' } });

      const page = await open(`/ui/reset#token=${TOKEN}`);

      await status(page).getByText('This token is not valid, or not any more').waitFor();
      expect(await page.locator('#token').getAttribute('aria-invalid')).toBe('true');
      expect(callsTo(server(), '/reset').map(({ fields }) => fields)).toEqual([{ reset_token: TOKEN }]);
    });

    it('goes along when the language is switched', async () => {
      const page = await open('/ui/reset');
      await page.locator('#token').fill(TOKEN);

      await page.getByRole('link', { name: 'Deutsch' }).click();

      await page.waitForURL(`${server().origin}/ui/reset?lang=de`);
      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(await page.locator('h1').textContent()).toBe('Neues Passwort wählen');
    });
  });

  describe('without JavaScript', () => {
    it('posts the plain form and shows the outcome', async () => {
      const page = await open(`/ui/reset#token=${TOKEN}`, { javaScriptEnabled: false });
      expect(await page.getByText('Copy it from the message that we sent you').isVisible()).toBe(true);
      expect(await page.locator('#reveal').isVisible()).toBe(false);
      await page.locator('#token').fill(TOKEN);
      await page.locator('#password').fill(PASSWORD);

      await page.locator('#send').click();

      await page.waitForURL(`${server().origin}/ui/reset?outcome=done`);
      await status(page).getByText('Your new password is in place').waitFor();
      expect(server().calls.map(({ contentType, fields }) => ({ contentType, fields }))).toEqual([
        { contentType: 'application/x-www-form-urlencoded', fields: { token: TOKEN, new_password: PASSWORD } },
      ]);
    });

    it('shows the form again after a failure', async () => {
      server().answer('/accounts/complete', { status: 400, body: { code: 'invalid-token' } });
      const page = await open('/ui/complete-sign-up', { javaScriptEnabled: false });
      await page.locator('#token').fill(TOKEN);
      await page.locator('#password').fill(PASSWORD);

      await page.locator('#send').click();

      await page.waitForURL(`${server().origin}/ui/complete-sign-up?outcome=invalid-token`);
      await status(page).getByText('This token is not valid, or not any more').waitFor();
      expect(await page.locator('form').isVisible()).toBe(true);
    });
  });

  describe('without JavaScript, for people who did not ask', () => {
    it('voids what the token stands for, and keeps the advice in sight', async () => {
      const page = await open(`/ui/not-me?lang=de#token=${TOKEN}`, { javaScriptEnabled: false, locale: 'de-AT' });
      expect(await page.locator('#token').inputValue()).toBe('');
      expect(server().calls).toEqual([]);
      await page.locator('#token').fill(TOKEN);

      await page.getByRole('button', { name: 'Link ungültig machen' }).click();

      await page.waitForURL(`${server().origin}/ui/not-me?outcome=done`);
      await status(page).getByText('kann niemand mehr etwas anfangen').waitFor();
      expect(await page.locator('h1').textContent()).toBe('Der Link funktioniert nicht mehr');
      expect(await page.getByText('Sichern Sie Ihr Postfach').isVisible()).toBe(true);
      expect(server().calls.map(({ path, contentType, fields }) => ({ path, contentType, fields }))).toEqual([
        {
          path: '/account/recovery/revoke',
          contentType: 'application/x-www-form-urlencoded',
          fields: { token: TOKEN },
        },
      ]);
    });

    it('says what a token that is used up means, and shows the form again', async () => {
      server().answer('/account/recovery/revoke', { status: 400, body: { code: 'invalid-token' } });
      const page = await open('/ui/not-me', { javaScriptEnabled: false });
      await page.locator('#token').fill(TOKEN);

      await page.locator('#send').click();

      await page.waitForURL(`${server().origin}/ui/not-me?outcome=invalid-token`);
      await status(page).getByText('Nobody can do anything with it').waitFor();
      expect(await page.locator('form').isVisible()).toBe(true);
    });
  });

  describe('the look', () => {
    it.each([
      '/ui/reset?lang=de',
      '/ui/reset?lang=de&outcome=password-rejected.breached',
      '/ui/complete-sign-up?lang=de',
      '/ui/not-me?lang=de',
      '/ui/not-me?lang=de&outcome=invalid-token',
      '/ui/not-me?lang=de&outcome=done',
    ])('fits %s on a screen of 320 pixels', async (address) => {
      const page = await open(address, { viewport: { width: 320, height: 640 } });

      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    });

    it.each([
      ['light', 'rgb(238, 241, 245)'],
      ['dark', 'rgb(15, 19, 24)'],
    ] as const)('follows the wish for a %s page', async (colorScheme, background) => {
      const page = await open('/ui/reset', { colorScheme });

      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(background);
    });

    it('follows the language of the browser', async () => {
      const page = await open('/ui/not-me', { locale: 'de-AT' });

      expect(await page.locator('h1').textContent()).toBe('Das waren nicht Sie?');
    });
  });
});
