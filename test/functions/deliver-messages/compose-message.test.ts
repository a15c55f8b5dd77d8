import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { composeMessage } from '../../../functions/deliver-messages/mail/compose-message.ts';
import type { Message } from '../../../functions/deliver-messages/mail/message.ts';
import { TOLD_OPERATOR_ACTS } from '../../../shared/outbox/intent.ts';
import { SECURITY_NOTICE_EVENTS } from '../../../shared/outbox/security-notice-event.ts';
import { LANGUAGES } from '../../../shared/primitives/language.ts';
import { readOneTimeToken } from '../../../shared/primitives/one-time-token.ts';

const TOKEN = '9F3K7QTMX0ZB4WYHN2CE6RVAJ8';
const GROUPED = '9F3K-7QTM-X0ZB-4WYH-N2CE-6RVA-J8';
const PUBLIC_URL = 'https://auth.example.com';

const asked = {
  token: TOKEN,
  requestedAt: '2026-11-21T09:05:07Z',
  device: { program: 'Firefox', system: 'Windows' },
} as const;
const recovery: Message = { ...asked, kind: 'recovery', validSeconds: 1800 };
const signInLink: Message = { ...asked, kind: 'sign-in-link', validSeconds: 900 };
const signUp: Message = { kind: 'sign-up', token: TOKEN, validSeconds: 86_400 };
const alreadyRegistered: Message = { kind: 'already-registered' };
const passwordChanged: Message = { kind: 'password-changed', changedAt: '2026-11-21T09:05:00Z' };

const emailChange = (fields: object = {}): Message => ({
  kind: 'email-change',
  side: 'old',
  newEmail: 'new@xn--bcher-kva.example',
  token: TOKEN,
  validSeconds: 86_400,
  waitsUntil: null,
  wantsOwner: false,
  ...fields,
});
const emailChanged: Message = { kind: 'email-changed', changedAt: '2026-11-21T09:05:00Z' };

type SecurityNotice = Extract<Message, { kind: 'security-notice' }>;

const securityNotice = (fields: Partial<SecurityNotice>): SecurityNotice => ({
  kind: 'security-notice',
  event: 'recovery-code-used',
  happenedAt: '2026-11-21T09:05:00Z',
  ...fields,
});

const NOTICES = SECURITY_NOTICE_EVENTS.map((event) => securityNotice({ event, recoveryCodesLeft: 2 }));
const provenElsewhere = (isVerified: boolean): Message => ({
  kind: 'phone-proven-elsewhere',
  happenedAt: '2026-11-21T09:05:00Z',
  isVerified,
});
const undo = { token: TOKEN, until: '2026-11-28T09:05:00Z' };
const undoable = [{ ...passwordChanged, undo }, securityNotice({ event: 'authenticator-removed', undo })] as const;
const changeUndone: Message = { kind: 'change-undone', token: TOKEN, validSeconds: 86_400 };
const recoveryByPhone: Message = { ...asked, kind: 'recovery-by-phone', phoneHint: '•• 42' };
const ofNewDevice = { device: asked.device, network: '203.0.113.0/24' } as const;
const signInCode: Message = {
  ...ofNewDevice,
  kind: 'sign-in-code',
  code: '042917',
  validSeconds: 600,
  requestedAt: asked.requestedAt,
};
const newDevice: Message = { ...ofNewDevice, kind: 'new-device', happenedAt: '2026-11-21T09:05:00Z' };
const factorReset: Message = { kind: 'factor-reset', token: TOKEN, waitsUntil: '2026-11-28T09:05:00Z' };
const deletions = (['owner', 'support'] as const).map(
  (by) =>
    ({
      kind: 'deletion-requested',
      by,
      token: TOKEN,
      requestedAt: '2026-11-21T09:05:00Z',
      erasesAt: '2026-11-28T09:05:00Z',
    }) satisfies Message,
);
const OPERATOR_NOTICES = TOLD_OPERATOR_ACTS.map(
  (act): Message => ({ kind: 'operator-notice', act, happenedAt: '2026-11-21T09:05:00Z' }),
);
const MESSAGES: Message[] = [
  recovery,
  signInCode,
  { ...signInCode, network: null },
  newDevice,
  { ...newDevice, country: 'AT', veto: { token: TOKEN, until: '2026-11-28T09:05:00Z' } },
  signInLink,
  signUp,
  alreadyRegistered,
  passwordChanged,
  emailChange(),
  emailChange({ waitsUntil: '2026-11-24T09:05:00Z', validSeconds: 864_000 }),
  emailChange({ side: 'new' }),
  emailChange({ side: 'new', waitsUntil: '2026-11-24T09:05:00Z' }),
  emailChange({ side: 'new', waitsUntil: '2026-11-28T09:05:00Z', wantsOwner: true }),
  { kind: 'email-in-use' },
  { kind: 'email-reserved', until: '2026-11-28T09:05:00Z' },
  emailChanged,
  ...undoable,
  changeUndone,
  recoveryByPhone,
  { kind: 'email-proof', token: TOKEN, validSeconds: 21_600 },
  provenElsewhere(true),
  provenElsewhere(false),
  ...NOTICES,
  factorReset,
  ...deletions,
  ...OPERATOR_NOTICES,
];
const KINDS = MESSAGES.map((message) => ({ kind: 'event' in message ? message.event : message.kind, message }));
const EVERY = KINDS.flatMap((example) => LANGUAGES.map((language) => ({ ...example, language })));

const compose = ({ productName = 'Example App', ...rest }: Partial<Parameters<typeof composeMessage>[0]>) =>
  composeMessage({ message: recovery, language: 'en', publicUrl: PUBLIC_URL, ...rest, productName });

const unescaped = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const bodyOf = (html: string) => html.slice(html.indexOf('<body'));
const preheaderOf = (html: string) => /<div style="display:none[^>]*>(.*?)&#847;/.exec(html)?.[1] ?? '';

/** Visible text of the HTML: without preheader and tags, and without a gap at a tag for line breaks. */
const shownByHtml = (html: string) =>
  unescaped(
    bodyOf(html)
      .replace(/<div style="display:none.*?<\/div>/s, '')
      .replace(/<!--.*?-->/gs, ' ')
      .replace(/<\/?span[^>]*>|<wbr>/g, '')
      .replace(/<[^>]+>/g, ' '),
  )
    .split(/\s+/)
    .filter(Boolean);

const unwrapped = (text: string) => text.replace(/\s+/g, ' ');
const linksOfHtml = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, url = '']) => unescaped(url));
const linksOfText = (text: string) => text.split('\n').filter((line) => line.startsWith('https:'));

describe('compose-message', () => {
  it.each([
    { message: recovery, pages: { reset: 'token', 'not-me': 'token' } },
    { message: signInLink, pages: { 'sign-in-link': 'token', 'not-me': 'link' } },
    { message: signUp, pages: { 'complete-sign-up': 'token' } },
    { message: changeUndone, pages: { reset: 'token' } },
    { message: factorReset, pages: { 'not-me': 'link' } },
    ...deletions.map((message) => ({ message, pages: { 'keep-account': 'token' } })),
    ...undoable.map((message) => ({ message, pages: { undo: 'token' } })),
  ])('carries the token of $message.kind in the fragment of $pages, and once more in groups of four', (example) => {
    for (const language of LANGUAGES) {
      const { text, html } = compose({ message: example.message, language });
      const urls = Object.entries(example.pages).map(
        ([page, name]) => `${PUBLIC_URL}/ui/${page}?lang=${language}#${name}=${TOKEN}`,
      );

      expect(text.split('\n')).toEqual(expect.arrayContaining([...urls, GROUPED]));
      expect(text.split(TOKEN)).toHaveLength(urls.length + 1);
      expect(linksOfHtml(html)).toEqual(urls);
      expect(html.split(TOKEN)).toHaveLength(urls.length + 1);
      expect(shownByHtml(html)).toContain(GROUPED);
      expect(readOneTimeToken(GROUPED)).toBe(TOKEN);
      for (const link of linksOfText(text)) expect(new URL(link).search).toBe(`?lang=${language}`);
    }
  });

  it.each(LANGUAGES)(
    'brings a sign-in code once, to type in where the password was typed, and no link that completes anything: %s',
    (language) => {
      const { subject, text, html } = compose({ message: signInCode, language });

      expect(text.split('\n')).toContain('042917');
      expect([subject, text, html].map((part) => part.split('042917').length - 1)).toEqual([0, 1, 1]);
      expect(linksOfHtml(html)).toEqual([`${PUBLIC_URL}/ui/not-me?lang=${language}`]);
      expect(unwrapped(text)).toContain('203.0.113.0/24');
    },
  );

  it.each(LANGUAGES)('tells of a new device, where it was, and what to do: %s', (language) => {
    const { text, html } = compose({ message: newDevice, language });

    expect(unwrapped(text)).toContain('Firefox');
    expect(unwrapped(text)).toContain('203.0.113.0/24');
    expect(linksOfHtml(html)).toEqual([`${PUBLIC_URL}/ui/not-me?lang=${language}`]);
  });

  it.each(LANGUAGES)(
    'leads from a number that was used elsewhere to the page that removes it, with nothing that acts: %s',
    (language) => {
      const [kept, lost] = [true, false].map((isVerified) =>
        compose({ message: provenElsewhere(isVerified), language }),
      );

      for (const { text, html } of [kept, lost].filter((one) => one !== undefined)) {
        expect(linksOfText(text)).toEqual([`${PUBLIC_URL}/ui/remove-number?lang=${language}`]);
        expect(linksOfHtml(html)).toEqual(linksOfText(text));
      }
      // Only a profile that shows the number as unverified is spoken of.
      expect(lost?.text.length).toBeGreaterThan(kept?.text.length ?? 0);
    },
  );

  it.each(EVERY)('keeps secrets of $kind ($language) out of what a locked screen shows', (example) => {
    const { subject, html } = compose(example);
    const shown = `${subject} ${preheaderOf(html)} ${html.slice(0, html.indexOf('<body'))}`;

    expect(preheaderOf(html)).not.toBe('');
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toContain(TOKEN.slice(0, 4));
  });

  it.each(EVERY)(
    'links from $kind ($language) only to the pages of the configured origin, and loads nothing',
    (example) => {
      const { text, html } = compose({ ...example, publicUrl: 'https://login.example.org' });

      expect(linksOfHtml(html)).toEqual(linksOfText(text));
      for (const url of linksOfHtml(html)) expect(url).toMatch(/^https:\/\/login\.example\.org\/ui\/[a-z-]+\?lang=/);
      expect(html.match(/https?:/g) ?? []).toHaveLength(linksOfHtml(html).length);
      expect(html).not.toMatch(/<(img|script|link|iframe|form|object)|src=|url\(|@import|@font-face/i);
    },
  );

  it.each(EVERY)('says the same of $kind ($language) as text and as HTML', ({ message, language }) => {
    const { text, html } = compose({ message, language });
    const withoutLayout = text
      .replace(/:\nhttps:.*$/gm, '')
      .replace(/^\d\. |^--$/gm, '')
      .split(/\s+/)
      .filter(Boolean);

    expect(shownByHtml(html)).toEqual(withoutLayout);
  });

  it.each(EVERY)('wraps the text of $kind ($language) and never a link', ({ message, language }) => {
    const { text } = compose({ message, language });
    const long = text.split('\n').filter((line) => line.length > 72);

    expect(long.every((line) => /^https:\S+$/.test(line))).toBe(true);
    expect(text).toMatch(/[^\n]\n$/);
    expect(text).not.toMatch(/\n{3}|[ \t]\n/);
  });

  it.each(KINDS)('is written in two languages: $kind', ({ message }) => {
    const english = compose({ message, language: 'en' });
    const german = compose({ message, language: 'de' });

    expect(english.html).toContain('<html lang="en">');
    expect(german.html).toContain('<html lang="de">');
    expect(german.subject).not.toBe(english.subject);
    expect(german.text).not.toBe(english.text);
    expect(german.text).toMatch(/\bSie\b/);
  });

  it.each([
    { message: recovery, en: '30 minutes', de: '30 Minuten' },
    { message: signUp, en: '24 hours', de: '24 Stunden' },
  ])('says how long $message.kind is good for', ({ message, en, de }) => {
    expect(unwrapped(compose({ message, language: 'en' }).text)).toContain(en);
    expect(unwrapped(compose({ message, language: 'de' }).text)).toContain(de);
  });

  const REQUESTED = [recovery, signInLink] as const;

  it.each(REQUESTED)('says when $kind was asked for, in UTC, and by what', (message) => {
    const english = unwrapped(compose({ message, language: 'en' }).text);
    const german = unwrapped(compose({ message, language: 'de' }).text);

    expect(english).toContain(
      'It was asked for on 21 November 2026 at 09:05 (UTC). The device, as it describes itself: Firefox on Windows.',
    );
    expect(german).toContain(
      'Das geschah am 21. November 2026 um 09:05 Uhr (UTC). Das Gerät nach eigener Angabe: Firefox (Windows).',
    );
  });

  it.each(REQUESTED)('tells two mails of $kind apart by their subjects, down to the second', (message) => {
    const subjectsAt = (requestedAt: string) =>
      LANGUAGES.map((language) => compose({ message: { ...message, requestedAt }, language }).subject);
    const [first, second] = [subjectsAt('2026-11-21T09:05:07Z'), subjectsAt('2026-11-21T09:05:37Z')];

    for (const subject of first) expect(subject).toMatch(/ \(09:05:07 UTC\)$/);
    for (const subject of second) expect(subject).toMatch(/ \(09:05:37 UTC\)$/);
  });

  it.each([
    ['Safari', 'mac', 'Safari on Mac or iPad', 'Safari (Mac oder iPad)'],
    ['app', 'Android', 'an app on Android', 'eine App (Android)'],
    ['app', null, 'an app', 'eine App'],
    [null, 'iPhone', 'iPhone', 'iPhone'],
    [null, null, 'unknown', 'unbekannt'],
  ] as const)('describes a device of %s and %s in words: %s', (program, system, english, german) => {
    const message = { ...recovery, device: { program, system } };

    expect(unwrapped(compose({ message, language: 'en' }).text)).toContain(`as it describes itself: ${english}.`);
    expect(unwrapped(compose({ message, language: 'de' }).text)).toContain(`nach eigener Angabe: ${german}.`);
  });

  it('tells of a recovery by phone with the end of its number, and one link, which stops it', () => {
    const english = compose({ message: recoveryByPhone, language: 'en' });
    const german = compose({ message: recoveryByPhone, language: 'de' });

    expect(english.subject).toBe('Somebody is resetting your password for Example App by text message (09:05:07 UTC)');
    expect(unwrapped(english.text)).toContain('a text message with a code for it goes to your number •• 42.');
    expect(unwrapped(english.text)).toContain(
      'on 21 November 2026 at 09:05 (UTC). The device, as it describes itself: Firefox on Windows.',
    );
    expect(linksOfText(english.text)).toEqual([`${PUBLIC_URL}/ui/not-me?lang=en#link=${TOKEN}`]);
    expect(unwrapped(german.text)).toContain('Eine SMS mit einem Code dafür geht an Ihre Nummer •• 42.');
    expect(linksOfText(german.text)).toEqual([`${PUBLIC_URL}/ui/not-me?lang=de#link=${TOKEN}`]);
  });

  it('says when the password was changed, in UTC, and how to object', () => {
    const english = unwrapped(compose({ message: passwordChanged, language: 'en' }).text);
    const german = unwrapped(compose({ message: passwordChanged, language: 'de' }).text);

    expect(english).toContain('on 21 November 2026 at 09:05 (UTC). All devices were signed out.');
    expect(english).toContain(`${PUBLIC_URL}/ui/not-me?lang=en`);
    expect(german).toContain('am 21. November 2026 um 09:05 Uhr (UTC) geändert. Alle Geräte wurden abgemeldet.');
    expect(german).toContain(`${PUBLIC_URL}/ui/not-me?lang=de`);
  });

  /** Notices that need no action from an owner who caused them. */
  const PLAIN_EVENTS = SECURITY_NOTICE_EVENTS.filter((event) => event !== 'authenticator-ahead');

  it.each(PLAIN_EVENTS)('says when %s happened, in UTC, and how to object', (event) => {
    const english = compose({ message: securityNotice({ event }), language: 'en' });
    const german = compose({ message: securityNotice({ event }), language: 'de' });

    expect(unwrapped(english.text)).toContain('on 21 November 2026 at 09:05 (UTC).');
    expect(unwrapped(english.text)).toMatch(
      /If this was you, there is nothing to do\. If this wasn't you, .* at once: 1\. /,
    );
    expect(linksOfText(english.text)).toEqual([`${PUBLIC_URL}/ui/not-me?lang=en`]);
    expect(unwrapped(german.text)).toContain('am 21. November 2026 um 09:05 Uhr (UTC) ');
    expect(unwrapped(german.text)).toMatch(
      /Wenn Sie das waren, brauchen Sie nichts zu tun\. Wenn Sie das nicht waren, .* sofort: 1\. /,
    );
    expect(linksOfText(german.text)).toEqual([`${PUBLIC_URL}/ui/not-me?lang=de`]);
  });

  it('says of a refused app since when, until when, and how to get in meanwhile', () => {
    const message = securityNotice({ event: 'authenticator-ahead', acceptedAgainAt: '2026-11-22T10:00:00Z' });
    const english = compose({ message, language: 'en' });
    const german = compose({ message, language: 'de' });

    expect(unwrapped(english.text)).toMatch(
      /was refused .* on 21 November 2026 at 09:05 \(UTC\)\. .* accepted again from 22 November 2026, 10:00 \(UTC\)\. If this was you, sign in with a recovery code or a code by text message\. Then remove the authenticator app and add it again: .* If this wasn't you, .* at once: 1\. /,
    );
    expect(linksOfText(english.text)).toEqual([`${PUBLIC_URL}/ui/not-me?lang=en`]);
    expect(unwrapped(german.text)).toMatch(
      /am 21\. November 2026 um 09:05 Uhr \(UTC\) .* ab dem 22\. November 2026, 10:00 Uhr \(UTC\), wieder angenommen\. Wenn Sie das waren, melden Sie sich mit einem Wiederherstellungs-Code oder einem Code per SMS an\. .* Wenn Sie das nicht waren, .* sofort: 1\. /,
    );
    expect(linksOfText(german.text)).toEqual([`${PUBLIC_URL}/ui/not-me?lang=de`]);
  });

  it('says until when of nothing else', () => {
    for (const event of PLAIN_EVENTS)
      expect(compose({ message: securityNotice({ event }) }).text).not.toContain('accepted again');
  });

  it.each(LANGUAGES)('gives every event a subject, a heading and a sentence of its own (%s)', (language) => {
    const letters = NOTICES.map((message) => compose({ message, language }));
    const headings = letters.map(({ html }) => /<h1[^>]*>(.*?)<\/h1>/.exec(html)?.[1]);
    const sentences = letters.map(({ text }) => text.split('\n\n')[2]);

    for (const said of [letters.map(({ subject }) => subject), headings, sentences]) {
      expect(said.every(Boolean)).toBe(true);
      expect(new Set(said).size).toBe(SECURITY_NOTICE_EVENTS.length);
    }
  });

  it.each([
    {
      recoveryCodesLeft: 0,
      en: 'You have no recovery codes left.',
      de: 'Sie haben keine Wiederherstellungs-Codes mehr.',
    },
    { recoveryCodesLeft: 1, en: 'You have 1 recovery code left.', de: 'Sie haben noch 1 Wiederherstellungs-Code.' },
    { recoveryCodesLeft: 3, en: 'You have 3 recovery codes left.', de: 'Sie haben noch 3 Wiederherstellungs-Codes.' },
    { recoveryCodesLeft: 4, en: 'You have 4 recovery codes left.', de: 'Sie haben noch 4 Wiederherstellungs-Codes.' },
  ])('counts the recovery codes that are left ($recoveryCodesLeft), and asks for new ones in time', (example) => {
    const message = securityNotice({ recoveryCodesLeft: example.recoveryCodesLeft });
    const english = compose({ message, language: 'en' }).text.split('\n\n').map(unwrapped);
    const german = compose({ message, language: 'de' }).text.split('\n\n').map(unwrapped);
    const few = example.recoveryCodesLeft <= 3;

    expect(english[3]).toBe(example.en);
    expect(english[4]).toBe(
      few
        ? 'If this was you, please create new recovery codes in the app soon. There is nothing else to do.'
        : 'If this was you, there is nothing to do.',
    );
    expect(german[3]).toBe(example.de);
    expect(german[4]).toBe(
      few
        ? 'Wenn Sie das waren, erstellen Sie in der App bitte bald neue Wiederherstellungs-Codes. Mehr ist nicht zu tun.'
        : 'Wenn Sie das waren, brauchen Sie nichts zu tun.',
    );
  });

  it.each(SECURITY_NOTICE_EVENTS.filter((event) => event !== 'recovery-code-used'))(
    'counts no recovery codes where none was used: %s',
    (event) => {
      const counted = compose({ message: securityNotice({ event, recoveryCodesLeft: 2 }) });

      expect(counted).toEqual(compose({ message: securityNotice({ event }) }));
    },
  );

  it('says that a lock is short and that the other factors still work', () => {
    const message = securityNotice({ event: 'two-factor-locked' });
    const english = unwrapped(compose({ message, language: 'en' }).text);
    const german = unwrapped(compose({ message, language: 'de' }).text);

    expect(english).toMatch(
      /Wrong codes were entered many times .* locked for a short time .* Your other factors still work\./,
    );
    expect(german).toMatch(
      /sehr oft falsche Codes .* für kurze Zeit gesperrt\. Ihre anderen Faktoren funktionieren weiterhin\./,
    );
  });

  it('offers a way to say that a recovery was not wanted, and says what it does', () => {
    const english = compose({ message: recovery, language: 'en' });
    const german = compose({ message: recovery, language: 'de' });

    expect(english.text).toContain(
      `This wasn't me: make the link stop working:\n${PUBLIC_URL}/ui/not-me?lang=en#token=${TOKEN}\n`,
    );
    expect(german.text).toContain(
      `Das war ich nicht: Link ungültig machen:\n${PUBLIC_URL}/ui/not-me?lang=de#token=${TOKEN}\n`,
    );
    for (const { html } of [english, german])
      expect(html).toMatch(/<a class="link" href="[^"]*\/ui\/not-me\?[^"]*#token=/);
  });

  it('tells whoever is registered already without a link or a secret', () => {
    const { text, html } = compose({ message: alreadyRegistered });

    expect([...linksOfText(text), ...linksOfHtml(html)]).toEqual([]);
  });

  /** @asvs 1.2.1, 1.3.7 */
  it.each(EVERY)('takes a product name for text and not for markup in $kind ($language)', ({ message, language }) => {
    const productName = `<b onclick="x">&amp;'</b></style><script>`;

    const { text, html } = compose({ message, language, productName });
    const harmless = compose({ message, language, productName: 'X' });

    expect(html.match(/<[^>]*>/g)).toEqual(harmless.html.match(/<[^>]*>/g));
    expect(shownByHtml(html).join(' ')).toContain(productName);
    expect(text).toContain(productName.split(' ')[0]);
  });

  it.each([
    'Evil\r\nX-Note: all@example.org',
    'Evil\n\n<html>',
    'Evil\u2028X-Note: x',
    'Evil\u2029\u0085\u0000\u001b[31m\u007f',
    'Book\u202eflehs\u200b\u2066',
    'Half \ud83d',
    '=?UTF-8?Q?Bookshelf=21?=',
  ])('keeps the subject one harmless line whatever the product is called: %j', (productName) => {
    for (const { message, language } of EVERY) {
      const { subject, text } = compose({ message, language, productName });
      const harmless = compose({ message, language });

      expect(subject).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(subject).not.toContain('=?');
      expect(text.split('\n')[1]).toBe(''); // the name fills the first line, uncut
      expect(text).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
      expect(text.split('\n\n')).toHaveLength(harmless.text.split('\n\n').length);
    }
  });

  it('keeps every subject one line of well-formed text for names that nobody thought of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (productName) => {
        const { subject } = compose({ productName });

        expect(subject).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|=\?/u);
        expect(subject).toBe(subject.trim());
      }),
    );
  });

  it('throws for a change at no instant', () => {
    expect(() => compose({ message: { kind: 'password-changed', changedAt: 'yesterday' } })).toThrow(RangeError);
    expect(() => compose({ message: securityNotice({ happenedAt: 'yesterday' }) })).toThrow(RangeError);
    expect(() => compose({ message: { ...signInLink, requestedAt: 'yesterday' } })).toThrow(RangeError);
  });

  it('is readable in the dark and on a phone', () => {
    const { html } = compose({});

    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain('@media (prefers-color-scheme: dark)');
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(html).toContain('max-width:560px');
  });
});
