import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitForMails } from '../http-suite/target.ts';
import { describeUnless } from '../support/describe-unless.ts';
import { GOOD_PASSWORD, tokenIn } from '../support/journeys.ts';
import { type RunningService, removeData, startRunningService } from '../support/running-service.ts';
import { ATTACKS, type AttackingSite, startAttackingSite } from './attacking-site.ts';
import { chromiumByKeyboard } from './chromium-by-keyboard.ts';
import { firefoxByKeyboard } from './firefox-by-keyboard.ts';
import type { KeyboardBrowser } from './keyboard-browser.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

const WAIT_MS = 30_000;

const VICTIM = 'victim@example.com';

const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + WAIT_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** The headers that the service gets: all, or Origin alone, as from browsers over plain HTTP and before 2023. */
const TOLD: [string, string | null][] = [
  ['which site a request is from', null],
  ['nothing but the origin', 'sec-fetch-site'],
];

for (const { name, executablePath, start } of [chromiumByKeyboard, firefoxByKeyboard]) {
  const missing = executablePath ? null : `there is no ${name}, neither at $${name.toUpperCase()} nor in /usr/bin`;

  describeUnless(missing, `pages of other sites, in ${name}`, () => {
    let service: RunningService;
    let browser: KeyboardBrowser | undefined;
    let proxy: RecordingProxy | undefined;
    let site: AttackingSite | undefined;

    const post = (path: string, fields: Record<string, string>): Promise<Response> =>
      fetch(service.apiUrl + path, { method: 'POST', body: new URLSearchParams(fields) });

    const newestToken = async (email: string, mails: number): Promise<string> =>
      tokenIn((await waitForMails(service.inboxUrl, email, mails))[0]?.text ?? '');

    const signUp = async (email: string): Promise<void> => {
      await post('/accounts', { email });
      await post('/accounts/complete', { token: await newestToken(email, 1), password: GOOD_PASSWORD });
    };

    const visit = async (runsScripts: boolean, leavesOut: string | null) => {
      proxy = await startRecordingProxy(service.apiUrl, { leavesOut });
      browser = await start({ runsScripts });
      return { proxy, browser };
    };

    beforeAll(async () => {
      service = await startRunningService();
      await signUp(VICTIM);
    });
    afterEach(async () => {
      await browser?.close();
      await Promise.all([proxy?.close(), site?.close()]);
      [browser, proxy, site] = [undefined, undefined, undefined];
    });
    afterAll(async () => {
      await service.stop();
      removeData(service);
    });

    describe.each(TOLD)('where the browser tells %s', (_, leavesOut) => {
      it.each([
        ['without JavaScript', false],
        ['with JavaScript', true],
      ])(
        'are none of ours: its form sets a new password %s, and no address gives the token away',
        async (_how, runsScripts) => {
          const email = `reader-${runsScripts}-${leavesOut}@example.com`;
          await signUp(email);
          await post('/account/recovery', { email });
          const token = await newestToken(email, 2);
          const visited = await visit(runsScripts, leavesOut);
          await visited.browser.open(`${visited.proxy.origin}/ui/reset?lang=en#token=${token}`);

          // Language link, token, password: with scripts, the first field is filled and focused already.
          await visited.browser.press(`\t\t${runsScripts ? '' : token}\ta much better horse\n`);
          const sent = () => visited.proxy.passed.find(({ path }) => path === '/account/reset-password');
          await until('the form was answered', () => sent() !== undefined);

          expect(sent()).toMatchObject({ method: 'POST', status: runsScripts ? 200 : 303 });
          expect(sent()?.headers.origin).toBe(visited.proxy.origin);
          if (!runsScripts) {
            const done = `${visited.proxy.origin}/ui/reset?outcome=done`;
            await until('the page says so', async () => (await visited.browser.address()) === done);
          }
          expect((await post('/sessions', { email, password: 'a much better horse' })).status).toBe(200);
          expect(JSON.stringify(visited.proxy.passed.map(({ path, headers }) => [path, headers]))).not.toContain(token);
        },
      );

      it.each([
        ['of the same site', '127.0.0.1'],
        ['of another site', 'localhost'],
      ])('send nothing for their visitors: a page %s', async (_which, host) => {
        const visited = await visit(true, leavesOut);
        site = await startAttackingSite({ api: visited.proxy.origin, victim: VICTIM });
        const mailsBefore = await waitForMails(service.inboxUrl, VICTIM, 0);

        await visited.browser.open(`http://${host}:${site.port}/attack`);
        const attacks = () => visited.proxy.passed.filter(({ method }) => method === 'POST');
        await until('all of them came', () => attacks().length >= ATTACKS);
        // Requested afterwards by a program: once this mail is there, earlier ones would be too.
        const email = `later-${host}-${leavesOut}@example.com`;
        await post('/accounts', { email });
        await waitForMails(service.inboxUrl, email, 1);

        expect(attacks().map(({ status }) => status)).toEqual(Array.from({ length: ATTACKS }, () => 403));
        expect(await waitForMails(service.inboxUrl, VICTIM, 0)).toEqual(mailsBefore);
      });
    });

    it('may lead to our own, as a link in web mail does', async () => {
      const visited = await visit(false, null);
      site = await startAttackingSite({ api: visited.proxy.origin, victim: VICTIM });
      await visited.browser.open(`http://localhost:${site.port}/link`);

      await visited.browser.press('\t\n');
      const page = () => visited.proxy.passed.find(({ path }) => path === '/ui/not-me');
      await until('the page came', () => page() !== undefined);

      expect(page()).toMatchObject({ status: 200, headers: { 'sec-fetch-site': 'cross-site' } });
    });
  });
}
