import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { mail, postQuery, sesClient, sms } from './inbox-client.ts';

const HOSTILE = `</title></h2><script>note(1)</script><img alt=x onerror="note(2)">' autofocus onfocus='note(3)`;

describe('the page of the inbox', () => {
  let inbox: Awaited<ReturnType<typeof startInbox>>;
  let ses: ReturnType<typeof sesClient>;

  beforeAll(async () => {
    inbox = await startInbox({ port: 0, dataDirectory: null, apiUrl: 'http://127.0.0.1:3456' });
    ses = sesClient(inbox.url);
  });
  beforeEach(() => fetch(`${inbox.url}/messages`, { method: 'DELETE' }));
  afterAll(async () => {
    ses.destroy();
    await inbox.close();
  });

  const page = async () => (await fetch(inbox.url)).text();

  it('says how to get a first message while there is none', async () => {
    const html = await page();

    expect(html).toContain('<section id="nothing-yet">');
    expect(html).toContain('curl -s http://127.0.0.1:3456/accounts -d email=you@example.com');
  });

  it('shows a mail: who, when, what, and its plain text beside', async () => {
    await ses.send(mail({ subject: 'Your new password', text: 'plain & simple', html: '<p class="x">rich</p>' }));

    const html = await page();

    expect(html).toContain('<section id="nothing-yet" hidden>');
    expect(html).toContain('Your new password</h2>');
    expect(html).toContain('<dd>ana@example.com</dd>');
    expect(html).toContain('<dd>Keyturn &lt;no-reply@keyturn.example&gt;</dd>');
    expect(html).toMatch(/<time datetime="\d{4}-\d\d-\d\dT[\d:.]+Z">/);
    expect(html).toContain('&lt;p class=&quot;x&quot;&gt;rich&lt;/p&gt;"></iframe>');
    expect(html).toContain(
      '<details><summary>Plain text</summary><pre class="text">plain &amp; simple</pre></details>',
    );
  });

  it('frames a mail so that its links open and nothing else of it works', async () => {
    await ses.send(mail());

    const [frame] = /<iframe[^>]*>/.exec(await page()) ?? [];

    expect(frame).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(frame).toContain('srcdoc="&lt;!doctype html&gt;&lt;base target=&quot;_blank&quot;&gt;');
  });

  it('shows an SMS as text, without a frame', async () => {
    await postQuery(inbox.url, sms);

    const html = await page();

    expect(html).toContain('<pre class="text">012345</pre>');
    expect(html).not.toContain('<iframe');
  });

  it('runs nothing that a message brings, wherever in it', async () => {
    await ses.send(
      mail({ subject: HOSTILE, text: HOSTILE, html: HOSTILE, to: ['"><b onclick=note(4)><a@b.example>'] }),
    );
    await postQuery(inbox.url, { ...sms, Message: HOSTILE });

    const html = await page();

    expect(html.match(/<script\b[^>]*>/g)).toEqual(['<script src="/inbox.js" type="module">']);
    expect(html).not.toMatch(/<img|<b |onfocus='|onerror="/);
  });

  it('allows its own script and no other, and loads nothing from elsewhere', async () => {
    const response = await fetch(inbox.url);

    const policy = response.headers.get('content-security-policy')?.split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('referrer-policy')).toBe('same-origin');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect((await response.text()).match(/(?:src|href)="(?!\/|data:,)[^"]*"/g)).toBeNull();
  });

  it.each([
    ['/inbox.js', 'text/javascript; charset=utf-8'],
    ['/inbox.css', 'text/css; charset=utf-8'],
  ])('has its %s', async (path, type) => {
    const response = await fetch(inbox.url + path);

    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(await response.text()).not.toBe('');
  });

  it('stays light with many messages, and says where the others are', async () => {
    for (let count = 0; count < 51; count += 1) await postQuery(inbox.url, sms);

    const html = await page();

    expect(html.match(/<li data-id/g)).toHaveLength(50);
    expect(html).toContain('51 messages');
    expect(html).toContain('<p id="older">');
  });
});
