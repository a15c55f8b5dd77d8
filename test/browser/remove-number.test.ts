import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { type AppAnswer, makeAppClient } from '../http-suite/app-client.ts';
import { waitForMails } from '../http-suite/target.ts';
import { GOOD_PASSWORD, tokenIn } from '../support/journeys.ts';
import { type RunningService, removeData, startRunningService } from '../support/running-service.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { describeWithChromium } from './describe-with-chromium.ts';

const ELEMENT_TIMEOUT_MS = 10_000;

const status = (page: Page) => page.locator('#status');

const signInOn = async (page: Page, email: string, password = GOOD_PASSWORD): Promise<void> => {
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
};

/** The service as it runs on a laptop, and a browser that follows the mail's link. */
describeWithChromium('the page that a mail about a number leads to', (browser) => {
  let service: RunningService;
  let call: ReturnType<typeof makeAppClient>;
  let context: BrowserContext | undefined;
  let people = 0;

  beforeAll(async () => {
    service = await startRunningService();
    call = makeAppClient(service.apiUrl, '127.0.0.2');
  });
  afterAll(async () => {
    await context?.close();
    await service.stop();
    removeData(service);
  });

  const open = async (address: string): Promise<Page> => {
    await context?.close();
    context = await browser().newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    page.setDefaultTimeout(ELEMENT_TIMEOUT_MS);
    await page.goto(address);
    return page;
  };

  const openAccount = async (): Promise<{ email: string; token: string; accountId: string }> => {
    people += 1;
    const email = `person-${people}@example.com`;
    await call('POST /accounts', { body: { email } });
    const [mail] = await waitForMails(service.inboxUrl, email, 1);
    const token = tokenIn(mail?.text ?? '');
    const { body } = await call('POST /accounts/complete', { body: { token, password: GOOD_PASSWORD } });
    return { email, token: body.access_token, accountId: body.account_id };
  };

  const prove = async (token: string, phoneNumber: string): Promise<AppAnswer> => {
    const before = (await waitForMails(service.inboxUrl, phoneNumber, 0)).length;
    await call('POST /verification', { token, body: { phone_number: phoneNumber } });
    const [sms] = await waitForMails(service.inboxUrl, phoneNumber, before + 1);
    const code = /\b\d{6}\b/.exec(sms?.text ?? '')?.[0];
    return call('POST /verification/verify', { token, body: { code, end_other_sessions: false } });
  };

  /** The newest code that came by mail. */
  const mailedCode = async (email: string): Promise<string> => {
    for (let count = 1; ; count += 1) {
      const mails = await waitForMails(service.inboxUrl, email, count);
      const code = mails.map(({ text }) => /^\d{6}$/m.exec(text)?.[0]).find(Boolean);
      if (code !== undefined) return code;
    }
  };

  /** Two accounts of one number, and the address in the mail to the first. */
  const share = async (phoneNumber: string) => {
    const owner = await openAccount();
    const { body } = await prove(owner.token, phoneNumber);
    const other = await openAccount();
    await prove(other.token, phoneNumber);
    const mails = await waitForMails(service.inboxUrl, owner.email, 3);
    const told = mails.find(({ subject }) => subject.startsWith('Your phone number was used for another'));
    const [address = ''] = /http\S+\/ui\/remove-number\S*/.exec(told?.text ?? '') ?? [];
    return { owner, other, address, recoveryCodes: body.recovery_codes as string[] };
  };

  it('removes the number there and then, for the owner alone', async () => {
    const { owner, other, address, recoveryCodes } = await share('+436641000001');
    const page = await open(address);
    await signInOn(page, owner.email);

    await page.locator('#code').fill(recoveryCodes[0] ?? '');
    await page.getByRole('button', { name: 'Remove the number' }).click();
    await status(page).getByText('Your account no longer has it').waitFor();

    expect(await page.locator('form').isVisible()).toBe(false);
    const asking = await call('POST /sessions', { body: { email: owner.email, password: GOOD_PASSWORD } });
    const code = await mailedCode(owner.email); // the removal has ended every device
    const signedIn = await call('POST /verification/verify', { token: asking.body.challenge_token, body: { code } });
    const profile = await call(`GET /profile/${owner.accountId}`, { token: signedIn.body.access_token });
    expect(profile.body).not.toHaveProperty('phone_number');
    expect((await call(`GET /profile/${other.accountId}`, { token: other.token })).body).toMatchObject({
      phone_number: '+436641000001',
      phone_number_verified: true,
    });
  });

  it('leaves no session and no trace in the browser, and signs out the one that the owner had', async () => {
    const { owner, address, recoveryCodes } = await share('+436641000002');
    const page = await open(address);
    const answers: string[] = [];
    page.on('response', (response) =>
      answers.push(`${response.request().method()} ${new URL(response.url()).pathname}`),
    );
    await signInOn(page, owner.email);
    await page.locator('#code').fill(recoveryCodes[0] ?? '');
    await page.getByRole('button', { name: 'Remove the number' }).click();
    await status(page).getByText('Your account no longer has it').waitFor();

    expect(answers.filter((line) => !line.startsWith('GET'))).toEqual([
      'POST /sessions',
      'POST /verification/verify',
      'DELETE /two-factor/sms',
      'DELETE /sessions/current',
    ]);
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).toBe('[{},{},""]');
    expect(new URL(page.url()).hash).toBe('');
    expect((await call(`GET /profile/${owner.accountId}`, { token: owner.token })).status).toBe(401);
  });

  it('changes nothing by being opened, nor for a stranger who has the mail, and the password, and no factor', async () => {
    const { owner, address } = await share('+436641000003');
    const page = await open(address);

    await signInOn(page, owner.email, 'not the right one');
    await status(page).getByText('That address or password is not right').waitFor();
    await page.locator('#password').fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('#code').fill('000000');
    await page.getByRole('button', { name: 'Remove the number' }).click();
    await status(page).getByText('This code is not right').waitFor();

    expect((await call(`GET /profile/${owner.accountId}`, { token: owner.token })).body).toMatchObject({
      phone_number: '+436641000003',
    });
  });

  it('says so where there is no number to remove, after the code that a new device is asked for', async () => {
    const { email } = await openAccount();
    const page = await open(`${service.apiUrl}/ui/remove-number?lang=en`);

    await signInOn(page, email);
    await page.getByText('From the message that we have just sent').waitFor();
    await page.locator('#code').fill(await mailedCode(email));
    await page.getByRole('button', { name: 'Remove the number' }).click();

    await status(page).getByText('There is no number to remove').waitFor();
  });
});

describeInBrowser('the page that removes a number', ({ open, server }) => {
  const WAITING = { second_factor_required: true, challenge_token: 'canary-challenge', expires_in: 600 };

  describe('asks for a code', () => {
    it('and has one sent by SMS where the account gets them', async () => {
      server().answer('/sessions', { status: 200, body: { ...WAITING, factors: ['sms', 'recovery_code'] } });
      server().answer('/verification', { status: 200, body: {} });
      const page = await open('/ui/remove-number');
      await signInOn(page, 'reader@example.com');

      await page.getByRole('button', { name: 'Send me a code by text message' }).click();
      await status(page).getByText('A code is on its way').waitFor();

      expect(await page.locator('#email').isVisible()).toBe(false);
      expect(server().calls.map(({ path }) => path)).toEqual(['/sessions', '/verification']);
    });

    it.each([
      ['en', 'Continue', 'Send the message again', 'From the message that we have just sent'],
      ['de', 'Weiter', 'Nachricht noch einmal schicken', 'Aus der Nachricht, die wir gerade'],
    ])(
      'from the mailbox where the device is new, and has it sent once more, in %s',
      async (language, next, send, hint) => {
        server().answer('/sessions', { status: 200, body: { ...WAITING, factors: ['email_code'] } });
        server().answer('/verification', { status: 200, body: {} });
        const page = await open(`/ui/remove-number?lang=${language}`);
        await page.locator('#email').fill('reader@example.com');
        await page.locator('#password').fill(GOOD_PASSWORD);
        await page.getByRole('button', { name: next }).click();

        await page.getByText(hint).waitFor();
        await page.getByRole('button', { name: send }).click();
        await status(page)
          .getByText(language === 'de' ? 'Ein Code ist unterwegs' : 'A code is on its way')
          .waitFor();

        expect(server().calls.map(({ path }) => path)).toEqual(['/sessions', '/verification']);
      },
    );

    it.each([
      ['en', 'Continue', 'Send me a code by text message', 'No text message can be sent just now'],
      ['de', 'Weiter', 'Code per SMS schicken', 'Gerade kann keine SMS verschickt werden'],
    ])('and names the other ways where no SMS can be sent, in %s', async (language, next, send, title) => {
      server().answer('/sessions', { status: 200, body: { ...WAITING, factors: ['sms', 'recovery_code'] } });
      const unavailable = { code: 'sms-unavailable', factors: ['recovery_code'] };
      server().answer('/verification', { status: 409, body: unavailable });
      const page = await open(`/ui/remove-number?lang=${language}`);
      await page.locator('#email').fill('reader@example.com');
      await page.locator('#password').fill(GOOD_PASSWORD);
      await page.getByRole('button', { name: next }).click();

      await page.getByRole('button', { name: send }).click();
      await status(page).getByText(title).waitFor();

      expect(await status(page).getAttribute('data-kind')).toBe('bad');
      expect(await page.locator('#code').isVisible()).toBe(true);
    });

    it('and offers no SMS where the account gets none', async () => {
      server().answer('/sessions', { status: 200, body: { ...WAITING, factors: ['totp', 'recovery_code'] } });
      const page = await open('/ui/remove-number');

      await signInOn(page, 'reader@example.com');

      await page.locator('#code').waitFor();
      expect(await page.locator('#send-sms').isVisible()).toBe(false);
    });
  });

  it('helps on after a limit, a fault and no answer', async () => {
    const page = await open('/ui/remove-number');
    for (const [answer, text] of [
      [{ status: 429, body: { message: 'Too Many Requests' } }, 'Too many tries'],
      [{ status: 500, body: { code: 'internal' } }, 'Something went wrong on our side'],
      [{ status: 502, body: 'oops' }, 'That did not work'],
      [{ status: 0, body: null, drop: true }, 'No answer from the server'],
    ] as const) {
      server().answer('/sessions', answer);
      await signInOn(page, 'reader@example.com');
      await status(page).getByText(text).waitFor();
      expect(await page.locator('#send').isEnabled()).toBe(true);
    }
  });

  it.each([
    ['en', 'Continue', 'You can not sign in on this page just now'],
    ['de', 'Weiter', 'Auf dieser Seite können Sie sich gerade nicht anmelden'],
  ])(
    'says in %s that the app can where a captcha is asked for: it loads no script of others',
    async (language, next, title) => {
      server().answer('/sessions', { status: 403, body: { code: 'captcha-required' } });
      const page = await open(`/ui/remove-number?lang=${language}`);
      await page.locator('#email').fill('reader@example.com');
      await page.locator('#password').fill(GOOD_PASSWORD);

      await page.getByRole('button', { name: next }).click();
      await status(page).getByText(title).waitFor();

      expect(await status(page).getAttribute('data-kind')).toBe('bad');
      expect(await page.locator('#send').isEnabled()).toBe(true);
    },
  );

  it('says without JavaScript where else the number can be removed, and can not be sent', async () => {
    const page = await open('/ui/remove-number', { javaScriptEnabled: false });

    expect(await page.locator('#needs-script').isVisible()).toBe(true);
    expect(await page.locator('#send').isDisabled()).toBe(true);
    await page.locator('#password').fill(GOOD_PASSWORD);
    await page.locator('#password').press('Enter');
    expect(server().calls).toEqual([]);
    expect(page.url()).not.toContain('?');
  });
});
