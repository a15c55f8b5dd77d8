import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './describe-in-browser.ts';
import type { FakeAnswer, PageServer } from './serve-pages-with-fakes.ts';

const TOKEN = '0123456789ABCDEFGHJKMNPQRS';
const OTHER_TOKEN = 'ZZZZ456789ABCDEFGHJKMNPQRS';
const PASSWORD = 'correct horse battery staple';

const status = (page: Page) => page.locator('#status');

const callsTo = ({ calls }: PageServer, path: string) => calls.filter((call) => call.path === path);

describeInBrowser('the forms of the hosted pages', ({ open, server }) => {
  describe('reset', () => {
    it('sends the form as JSON, says that it is done, and lets go of the secrets', async () => {
      const page = await open(`/ui/reset#token=${TOKEN}`);
      await page.locator('#password').fill(PASSWORD);

      await page.getByRole('button', { name: 'Save new password' }).click();

      await status(page).getByText('Your new password is in place').waitFor();
      expect(callsTo(server(), '/account/reset-password')).toEqual([
        {
          path: '/account/reset-password',
          contentType: 'application/json',
          accept: 'application/json',
          fields: { token: TOKEN, new_password: PASSWORD },
        },
      ]);
      expect(await page.locator('h1').textContent()).toBe('All done');
      expect(await page.locator('form').isVisible()).toBe(false);
      expect(await page.locator('#password').inputValue()).toBe('');
      expect(await status(page).evaluate('document.activeElement.id')).toBe('status');
    });

    it.each([
      ['whose number sign a mail filter has encoded', `/ui/reset?lang=de%23token=${TOKEN}`, '/ui/reset?lang=de', 'de'],
      [
        'whose fragment a filter has moved into the query',
        `/ui/reset?token=${TOKEN}&lang=de`,
        '/ui/reset?&lang=de',
        'de',
      ],
      ['behind which a full stop was taken for a part of it', `/ui/reset#token=${TOKEN}.`, '/ui/reset', 'en'],
      [
        'with parameters of a filter behind it',
        `/ui/reset?lang=de#token=${TOKEN}?utm_source=x`,
        '/ui/reset?lang=de',
        'de',
      ],
      ['with a language behind it', `/ui/reset#token=${TOKEN}?lang=en`, '/ui/reset', 'en'],
      ['with its token in groups', `/ui/reset#token=0123-4567-89AB-CDEF-GHJK-MNPQ-RS`, '/ui/reset', 'en'],
    ])('fills the token in of a link %s, and it leaves the address', async (_, link, left, language) => {
      const page = await open(link);

      const filled = await page.locator('#token').inputValue();

      expect(filled.replaceAll('-', '')).toBe(TOKEN);
      expect(page.url()).toBe(`${server().origin}${left}`);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
    });

    it('takes up the next link after it was done', async () => {
      const page = await open(`/ui/reset#token=${TOKEN}`);
      await page.locator('#password').fill(PASSWORD);
      await page.locator('#send').click();
      await status(page).getByText('Your new password is in place').waitFor();

      await page.goto(`${server().origin}/ui/reset#token=${OTHER_TOKEN}`);

      await page.locator('form').waitFor();
      expect(await page.locator('h1').textContent()).toBe('Choose a new password');
      expect(await page.locator('#token').inputValue()).toBe(OTHER_TOKEN);
      expect((await status(page).textContent())?.trim()).toBe('');
    });

    it('says what is wrong with a password, moves the focus there and keeps what was typed', async () => {
      server().answer('/account/reset-password', {
        status: 400,
        body: { code: 'password-rejected', errors: [{ field: 'new_password', code: 'breached' }] },
      });
      const page = await open(`/ui/reset#token=${TOKEN}`);
      await page.locator('#password').fill('password1');

      await page.locator('#send').click();

      await status(page).getByText('Attackers know this password').waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('status');
      expect(await page.locator('#password').getAttribute('aria-invalid')).toBe('true');
      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(await page.locator('#send').isEnabled()).toBe(true);
    });

    it.each<[string, FakeAnswer, string]>([
      [
        'a reason that it does not know',
        { status: 400, body: { code: 'password-rejected', errors: [{ code: 'same-as-old' }] } },
        'This password cannot be used',
      ],
      ['a limit', { status: 429, body: { code: 'too-many-requests', retry_after: 60 } }, 'Too many tries'],
      ["the gateway's own limit", { status: 429, body: { message: 'Too Many Requests' } }, 'Too many tries'],
      ['a fault of the server', { status: 500, body: { code: 'internal' } }, 'Something went wrong on our side'],
      ['an answer that is no problem document', { status: 502, body: 'oops' }, 'That did not work'],
      ['a code of evil intent', { status: 400, body: { code: '__proto__' } }, 'That did not work'],
      ['no answer', { status: 0, body: null, drop: true }, 'No answer from the server'],
    ])('helps on after %s', async (_what, answer, text) => {
      server().answer('/account/reset-password', answer);
      const page = await open(`/ui/reset#token=${TOKEN}`);
      await page.locator('#password').fill(PASSWORD);

      await page.locator('#send').click();

      await status(page).getByText(text).waitFor();
      expect(await page.locator('form').isVisible()).toBe(true);
    });

    it('sends once, however often the button is pressed', async () => {
      const page = await open('/ui/reset');
      const release = server().hold();
      await page.locator('#token').fill(TOKEN);
      await page.locator('#password').fill(PASSWORD);

      await page.locator('#send').click();
      expect(await page.locator('#send').isDisabled()).toBe(true);
      expect(await page.locator('#send').textContent()).toBe('Sending…');
      await page.locator('#password').press('Enter');
      release();

      await status(page).getByText('Your new password is in place').waitFor();
      expect(callsTo(server(), '/account/reset-password')).toHaveLength(1);
    });

    /** @asvs 6.2.6 */
    it('shows the password on request and hides it again before it is sent', async () => {
      server().answer('/account/reset-password', { status: 500, body: { code: 'internal' } });
      const page = await open(`/ui/reset#token=${TOKEN}`);
      await page.locator('#password').fill(PASSWORD);

      await page.getByRole('button', { name: 'Show password' }).click();
      expect(await page.locator('#password').getAttribute('type')).toBe('text');
      await page.getByRole('button', { name: 'Hide password' }).waitFor();
      await page.locator('#send').click();

      await status(page).getByText('Something went wrong').waitFor();
      expect(await page.locator('#password').getAttribute('type')).toBe('password');
    });

    it('works with the keyboard alone, in the order that is read', async () => {
      const page = await open('/ui/reset');
      const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent');
      const order: unknown[] = [];

      for (let step = 0; step < 5; step += 1) {
        await page.keyboard.press('Tab');
        order.push(await focused());
        if (order.at(-1) === 'token') await page.keyboard.type(TOKEN);
        if (order.at(-1) === 'password') await page.keyboard.type(PASSWORD);
      }
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      await page.keyboard.press('Enter');

      await status(page).getByText('Your new password is in place').waitFor();
      expect(order).toEqual(['Deutsch', 'token', 'password', 'reveal', 'send']);
      expect(outline).toBe('solid');
      expect(callsTo(server(), '/account/reset-password')[0]?.fields).toEqual({ token: TOKEN, new_password: PASSWORD });
    });
  });

  describe('complete-sign-up', () => {
    it.each([
      ['with a name', 'Zoë O’Neill', { name: 'Zoë O’Neill' }],
      ['without a name, which is then not sent at all', '', {}],
    ])('opens the account %s', async (_how, name, extra) => {
      const page = await open(`/ui/complete-sign-up#token=${TOKEN}`);
      await page.locator('#name').fill(name);
      await page.locator('#password').fill(PASSWORD);

      await page.getByRole('button', { name: 'Create account' }).click();

      await status(page).getByText('go back to the app and sign in').waitFor();
      expect(await page.locator('h1').textContent()).toBe('Your account is ready');
      expect(callsTo(server(), '/accounts/complete')[0]?.fields).toEqual({
        token: TOKEN,
        password: PASSWORD,
        ...extra,
      });
      expect(callsTo(server(), '/reset')).toEqual([]);
    });

    /** @asvs 14.3.1, 14.3.3 */
    it('keeps nothing of the session that the answer holds', async () => {
      const page = await open(`/ui/complete-sign-up#token=${TOKEN}`);
      await page.locator('#password').fill(PASSWORD);
      await page.locator('#send').click();
      await status(page).getByText('go back to the app').waitFor();

      const kept = await page.evaluate(
        'JSON.stringify([localStorage, sessionStorage, document.cookie, history.state])',
      );

      expect(kept).toBe('[{},{},"",null]');
      expect(await page.content()).not.toContain('canary');
    });
  });

  describe('confirm-email', () => {
    it.each([
      ['confirmed', 'Thank you, that is confirmed', 'Now the other address has to confirm too'],
      ['email-changed', 'The e-mail address is changed', 'sign in with the new address'],
    ])(
      'confirms nothing before the button is pressed, and says what an answer of %s means',
      async (answer, title, text) => {
        server().answer('/profile/email/confirm', { status: 200, body: { status: answer } });
        const page = await open(`/ui/confirm-email?lang=en#token=${TOKEN}`);
        await page.waitForLoadState('networkidle');
        const before = server().calls.length;

        await page.getByRole('button', { name: 'Confirm' }).click();

        await status(page).getByText(text).waitFor();
        expect(before).toBe(0);
        expect(server().calls.map(({ path, fields }) => [path, fields])).toEqual([
          ['/profile/email/confirm', { token: TOKEN }],
        ]);
        expect(await page.locator('h1').textContent()).toBe(title);
        expect(await page.locator('form').isVisible()).toBe(false);
        expect(server().requests.join()).not.toContain(TOKEN);
      },
    );
  });

  describe('undo', () => {
    const callsToUndo = () => callsTo(server(), '/account/undo');

    it('takes the token of the link, says what its one button does, and calls nothing before it is pressed', async () => {
      const page = await open(`/ui/undo?lang=en#token=${TOKEN}`);
      await page.waitForLoadState('networkidle');

      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(page.url()).toBe(`${server().origin}/ui/undo?lang=en`);
      expect(await page.locator('.lead').textContent()).toContain('every device is signed out');
      expect(await page.locator('form button').count()).toBe(1);
      expect(server().calls).toEqual([]);
    });

    it('says where a code is missing, sends it beside the token, and says what comes next', async () => {
      server().answer('/account/undo', { status: 400, body: { code: 'invalid-request' } });
      const page = await open(`/ui/undo?lang=en#token=${TOKEN}`);
      await page.locator('#send').click();
      await status(page).getByText('please enter a code as well').waitFor();
      expect(await page.locator('#code').getAttribute('aria-invalid')).toBe('true');

      server().answer('/account/undo', { status: 200, body: { status: 'change-undone', restored: ['password'] } });
      await page.locator('#code').fill('123 456');
      await page.locator('#send').click();

      await status(page).getByText('choose a new password').waitFor();
      expect(callsToUndo().map(({ fields }) => fields)).toEqual([{ token: TOKEN }, { token: TOKEN, code: '123 456' }]);
      expect(await page.locator('form').isVisible()).toBe(false);
    });
  });

  describe('keep-account', () => {
    it('takes the token of the link, calls nothing before its one button is pressed, and says what comes next', async () => {
      const page = await open(`/ui/keep-account?lang=en#token=${TOKEN}`);
      await page.waitForLoadState('networkidle');
      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(server().calls).toEqual([]);

      await page.locator('#send').click();

      await status(page).getByText('Sign in as before').waitFor();
      expect(callsTo(server(), '/account/deletion/cancel').map(({ fields }) => fields)).toEqual([{ token: TOKEN }]);
      expect(await page.locator('form').isVisible()).toBe(false);
    });

    it('says where the token is over, and keeps the form', async () => {
      server().answer('/account/deletion/cancel', { status: 400, body: { code: 'invalid-token' } });
      const page = await open(`/ui/keep-account?lang=de#token=${TOKEN}`);

      await page.locator('#send').click();

      await status(page).getByText('das Konto gelöscht').waitFor();
      expect(await page.locator('form').isVisible()).toBe(true);
    });
  });

  describe('not-my-sign-in', () => {
    it('takes the token of the link, calls nothing before its one button is pressed, and says what comes next', async () => {
      const page = await open(`/ui/not-my-sign-in?lang=en#token=${TOKEN}`);
      await page.waitForLoadState('networkidle');
      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(server().calls).toEqual([]);

      await page.locator('#send').click();

      await status(page).getByText('choose a new password').waitFor();
      expect(callsTo(server(), '/account/sign-in/revoke').map(({ fields }) => fields)).toEqual([{ token: TOKEN }]);
      expect(await page.locator('form').isVisible()).toBe(false);
    });

    it('says where the token is over what is left to do, and keeps the form', async () => {
      server().answer('/account/sign-in/revoke', { status: 400, body: { code: 'invalid-token' } });
      const page = await open(`/ui/not-my-sign-in?lang=de#token=${TOKEN}`);

      await page.locator('#send').click();

      await status(page).getByText('lassen Sie es jetzt in der App zurücksetzen').waitFor();
      expect(await page.locator('form').isVisible()).toBe(true);
    });
  });

  describe('export', () => {
    it('lets the browser post the form, so that it saves the answer, and stays where it is', async () => {
      const page = await open(`/ui/export?lang=en#token=${TOKEN}`);
      await page.waitForLoadState('networkidle');
      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(server().calls).toEqual([]);
      const download = page.waitForEvent('download');

      await page.locator('#send').click();

      expect((await download).suggestedFilename()).toBe('account.json');
      expect(page.url()).toBe(`${server().origin}/ui/export?lang=en`);
    });
  });

  describe('not-me', () => {
    const callsToRevoke = () => callsTo(server(), '/account/recovery/revoke');

    /** @asvs 3.5.3, 14.2.1 */
    it('takes the token of the link, asks whether it is good, and voids nothing before the button is pressed', async () => {
      const page = await open(`/ui/not-me?lang=en#token=${TOKEN}`);
      await page.waitForLoadState('networkidle');

      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
      expect(page.url()).toBe(`${server().origin}/ui/not-me?lang=en`);
      expect(server().requests.join()).not.toContain(TOKEN);
      expect(server().calls.map(({ path, fields }) => [path, fields])).toEqual([['/reset', { reset_token: TOKEN }]]);
    });

    it('sends the token as JSON, says that it is done, and keeps its advice', async () => {
      const page = await open(`/ui/not-me#token=${TOKEN}`);

      await page.getByRole('button', { name: 'Make the link stop working' }).click();

      await status(page).getByText('That message is of no use to anybody any more').waitFor();
      expect(callsToRevoke()).toEqual([
        {
          path: '/account/recovery/revoke',
          contentType: 'application/json',
          accept: 'application/json',
          fields: { token: TOKEN },
        },
      ]);
      expect(await page.locator('h1').textContent()).toBe('The link no longer works');
      expect(await page.locator('form').isVisible()).toBe(false);
      expect(await page.locator('#token').inputValue()).toBe('');
      expect(await page.getByText('Make sure that your mailbox is yours alone').isVisible()).toBe(true);
      expect(await status(page).evaluate('document.activeElement.id')).toBe('status');
    });

    it('says at once what a link that is used up means', async () => {
      server().answer('/reset', { status: 400, body: { code: 'invalid-token' } });

      const page = await open(`/ui/not-me#token=${TOKEN}`);

      await status(page).getByText('Nobody can do anything with it').waitFor();
      expect(await page.locator('#token').getAttribute('aria-invalid')).toBe('true');
      expect(callsToRevoke()).toEqual([]);
    });

    it('helps who comes with a link of before, which has no token: advice, and a field to copy it into', async () => {
      const page = await open('/ui/not-me?lang=en');
      expect(await page.getByText('you need not do anything').isVisible()).toBe(true);
      expect(server().calls).toEqual([]);
      await page.locator('#token').fill(TOKEN.toLowerCase());

      await page.locator('#send').click();

      await status(page).getByText('of no use to anybody').waitFor();
      expect(callsToRevoke()[0]?.fields).toEqual({ token: TOKEN.toLowerCase() });
    });

    it('says after no answer how to find out, without a word about a password', async () => {
      server().answer('/account/recovery/revoke', { status: 0, body: null, drop: true });
      const page = await open(`/ui/not-me#token=${TOKEN}`);

      await page.locator('#send').click();

      await status(page).getByText('the first try did work after all').waitFor();
      expect(await status(page).textContent()).not.toContain('password');
    });

    it('works with the keyboard alone, in the order that is read', async () => {
      const page = await open('/ui/not-me');
      const order: unknown[] = [];

      for (let step = 0; step < 3; step += 1) {
        await page.keyboard.press('Tab');
        order.push(await page.evaluate('document.activeElement.id || document.activeElement.textContent'));
        if (order.at(-1) === 'token') await page.keyboard.type(TOKEN);
      }
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      await page.keyboard.press('Enter');

      await status(page).getByText('of no use to anybody').waitFor();
      expect(order).toEqual(['Deutsch', 'token', 'send']);
      expect(outline).toBe('solid');
      expect(callsToRevoke()[0]?.fields).toEqual({ token: TOKEN });
    });

    it('passes the token on when the language is switched', async () => {
      const page = await open(`/ui/not-me#token=${TOKEN}`);

      await page.getByRole('link', { name: 'Deutsch' }).click();

      await page.waitForURL(`${server().origin}/ui/not-me?lang=de`);
      expect(await page.locator('#token').inputValue()).toBe(TOKEN);
    });
  });
});
