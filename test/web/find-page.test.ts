import { Script } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { LANGUAGES } from '../../shared/primitives/language.ts';
import { findPage, notFoundPageFor, type PageRequest } from '../../web/find-page.ts';
import { FAILURES } from '../../web/outcome.ts';

const PAGES = [
  '/ui/reset',
  '/ui/complete-sign-up',
  '/ui/confirm-email',
  '/ui/prove-email',
  '/ui/not-me',
  '/ui/undo',
  '/ui/keep-account',
  '/ui/not-my-sign-in',
  '/ui/export',
  '/ui/remove-number',
  '/ui/sign-in-link',
];
const FORMS = ['/ui/reset', '/ui/complete-sign-up'];
/** The pages that a form posts back to. */
const POSTED = [
  ...FORMS,
  '/ui/confirm-email',
  '/ui/prove-email',
  '/ui/not-me',
  '/ui/undo',
  '/ui/keep-account',
  '/ui/not-my-sign-in',
  '/ui/export',
];
const SCRIPTS = ['/ui/token-form.js', '/ui/remove-number.js', '/ui/sign-in-link.js'];
const ASSETS = ['/ui/page.css', ...SCRIPTS, '/ui/icon.svg'];

const request = (changes: Partial<PageRequest> = {}): PageRequest => ({
  path: '/ui/reset',
  query: {},
  locales: [],
  productName: 'Example',
  fallbackLanguage: 'en',
  ...changes,
});

const bodyOf = (changes: Partial<PageRequest> = {}): string => findPage(request(changes))?.body ?? '';

/** Every page in every language, with and without an outcome. */
const everyBody = [...PAGES, ...POSTED.flatMap((path) => [`${path}?done`, `${path}?internal`])].flatMap((address) => {
  const [path = '', outcome] = address.split('?');
  return LANGUAGES.map((lang) => [`${address} in ${lang}`, bodyOf({ path, query: { lang, outcome } })] as const);
});

const namesIn = (path: string) => [...bodyOf({ path }).matchAll(/<input[^>]* name="([^"]+)"/g)].map(([, name]) => name);

const statusOf = (body: string): string => /<div id="status"[\s\S]*?<\/div>/.exec(body)?.[0] ?? '';

describe('find-page', () => {
  /** @asvs 13.4.3 */
  it.each([
    '/ui/',
    '/ui',
    '/ui/reset/',
    '/ui/Reset',
    '/ui/unknown',
    '/ui/../ui/reset',
    '/ui/constructor',
    '/ui/__proto__',
    '/reset',
    '',
  ])('knows no page at %j', (path) => {
    expect(findPage(request({ path }))).toBeNull();
  });

  it.each(LANGUAGES)('has a page for people at an address without one, in %s, with links to pages alone', (lang) => {
    const { contentType, body } = notFoundPageFor(request({ query: { lang } }));

    expect(contentType).toBe('text/html; charset=utf-8');
    expect(body).toContain(`<html lang="${lang}">`);
    expect(body).not.toMatch(/<script|<form/);
    const links = [...body.matchAll(/<a href="([^"?]*)/g)].map(([, href]) => href);
    expect(new Set(links)).toEqual(new Set(['/ui/', '/ui/not-me']));
  });

  /** @asvs 4.1.1 */
  it('says what each page and asset is', () => {
    const types = [...PAGES, ...ASSETS].map((path) => findPage(request({ path }))?.contentType);

    expect(types).toEqual([
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/html; charset=utf-8',
      'text/css; charset=utf-8',
      'text/javascript; charset=utf-8',
      'text/javascript; charset=utf-8',
      'text/javascript; charset=utf-8',
      'image/svg+xml; charset=utf-8',
    ]);
  });

  it.each<[string, Partial<PageRequest>, string]>([
    ['the address', { query: { lang: 'de' }, locales: ['en-GB'] }, 'de'],
    ['the browser where the address says nothing', { locales: ['fr', 'de-AT', 'en'] }, 'de'],
    [
      'the browser where the address asks for a language that is not shipped',
      { query: { lang: 'xx' }, locales: ['de'] },
      'de',
    ],
    ['the settings where neither helps', { locales: ['fr'], fallbackLanguage: 'de' }, 'de'],
  ])('takes the language from %s', (_from, changes, language) => {
    expect(bodyOf(changes)).toContain(`<html lang="${language}">`);
  });

  it('tells people the length that the settings ask for', () => {
    const body = bodyOf({ minimumPasswordLength: 15 });

    expect(body).toContain('At least 15 characters');
    expect(body).toContain('minlength="15"');
  });

  it('offers the token, the password and the name under the names that the flows read', () => {
    expect(namesIn('/ui/reset')).toEqual(['token', 'new_password']);
    expect(namesIn('/ui/complete-sign-up')).toEqual(['token', 'name', 'password']);
    expect(namesIn('/ui/not-me')).toEqual(['token']);
    expect(namesIn('/ui/confirm-email')).toEqual(['token']);
    expect(namesIn('/ui/prove-email')).toEqual(['token']);
    expect(namesIn('/ui/undo')).toEqual(['token', 'code']);
    expect(namesIn('/ui/keep-account')).toEqual(['token']);
    expect(namesIn('/ui/not-my-sign-in')).toEqual(['token']);
    expect(namesIn('/ui/export')).toEqual(['token']);
  });

  it.each([
    ['/ui/reset', 'action="/account/reset-password"'],
    ['/ui/complete-sign-up', 'action="/accounts/complete"'],
    ['/ui/not-me', 'action="/account/recovery/revoke"'],
    ['/ui/confirm-email', 'action="/profile/email/confirm"'],
    ['/ui/prove-email', 'action="/profile/email/proof/confirm"'],
    ['/ui/undo', 'action="/account/undo"'],
    ['/ui/keep-account', 'action="/account/deletion/cancel"'],
    ['/ui/not-my-sign-in', 'action="/account/sign-in/revoke"'],
    ['/ui/export', 'action="/account/export/download"'],
  ])('posts the form of %s where a browser without scripts needs it', (path, action) => {
    expect(bodyOf({ path })).toContain(`<form method="post" ${action}`);
  });

  it('tells a visitor without scripts where the token is', () => {
    expect(bodyOf()).toContain('Copy it from the message that we sent you');
    expect(bodyOf()).toMatch(/<button class="quiet"[^>]* hidden>/); // nothing that needs a script is visible
  });
});

describe('the outcome of a form that was posted without a script', () => {
  it('shows no outcome where there is none', () => {
    expect(statusOf(bodyOf())).not.toContain('data-kind');
  });

  it('ends with the news and without the form once it is done', () => {
    const body = bodyOf({ query: { outcome: 'done' } });

    expect(body).toContain('<h1>All done</h1>');
    expect(statusOf(body)).toContain('Your new password is in place');
    expect(body).not.toContain('<form');
    expect(body).not.toContain('<script');
  });

  it('has a text of its own for every failure, in every language', () => {
    for (const lang of LANGUAGES) {
      const texts = [...FAILURES, 'unknown'].map((outcome) => statusOf(bodyOf({ query: { lang, outcome } })));

      expect(new Set(texts).size).toBe(FAILURES.length + 1);
    }
  });

  it.each([
    '<script>note(1)</script>',
    'no-such-code',
    '',
    'constructor',
    '__proto__',
    'no-answer',
    'done.x',
    'x'.repeat(80),
  ])('answers the unknown outcome %j with a general text and repeats nothing of it', (outcome) => {
    const body = bodyOf({ query: { outcome } });

    expect(statusOf(body)).toContain('That did not work');
    expect(body).toBe(bodyOf({ query: { outcome: 'something-else' } }));
  });

  it('falls back to the text of the problem for a reason that it does not know', () => {
    expect(statusOf(bodyOf({ query: { outcome: 'password-rejected.same-as-old' } }))).toContain(
      'This password cannot be used',
    );
  });

  it('says in the title that something failed, for people who hear the page', () => {
    expect(bodyOf({ query: { outcome: 'internal' } })).toContain(
      '<title>Error: Choose a new password – Example</title>',
    );
  });

  it('is kept when the language is switched', () => {
    expect(bodyOf({ query: { outcome: 'done' } })).toContain('href="/ui/reset?lang=de&amp;outcome=done"');
  });
});

describe('what a page may not hold', () => {
  /** @asvs 1.2.1 */
  it('escapes the product name wherever it stands', () => {
    for (const path of PAGES) {
      const body = bodyOf({ path, productName: `<b onload="x('y')">&` });

      expect(body).not.toContain('<b ');
      expect(body).not.toMatch(/onload="|x\('y'\)/);
      expect(body).toContain('&lt;b onload=&quot;x(&#39;y&#39;)&quot;&gt;&amp;');
    }
  });

  it('repeats nothing of the query', () => {
    const canary = 'canary"><b>';

    for (const path of PAGES) {
      expect(bodyOf({ path, query: { lang: canary, outcome: canary, token: canary } })).not.toContain('canary');
    }
  });

  it.each(everyBody)('%s: no inline script or style, nothing from elsewhere', (_page, body) => {
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|https?:\/\/|\/\/\w/);
    expect(body).not.toMatch(/<script(?![^>]* src="\/ui\/)/);
    expect(body).not.toMatch(/<script[^>]*>[^<]/);
  });

  it.each(everyBody)('%s: language, viewport, referrer policy, title and one heading', (_page, body) => {
    expect(body).toMatch(/^<!doctype html>\n<html lang="(en|de)">/);
    expect(body).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(body).toContain('<meta name="referrer" content="same-origin">');
    expect(body).toMatch(/<title>[^<]+ – Example<\/title>/);
    expect(body.match(/<h1>/g)).toHaveLength(1);
  });

  it.each(everyBody)('%s: a label for every input and a target for every reference', (_page, body) => {
    const ids = [...body.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    const inputs = [...body.matchAll(/<(?:input|output) id="([^"]+)"/g)].map(([, id]) => id);
    const labels = [...body.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id);
    const references = [...body.matchAll(/\saria-(?:describedby|controls)="([^"]+)"/g)].map(([, id]) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(labels).toEqual(inputs);
    expect(ids).toEqual(expect.arrayContaining(references));
  });
});

describe('the page for people who did not ask', () => {
  const path = '/ui/not-me';

  it.each(LANGUAGES)('gives its advice with the form, after a failure and once it is done, in %s', (lang) => {
    const headings = (body: string) => [...body.matchAll(/<h2>([^<]+)/g)].map(([, text]) => text);
    const form = headings(bodyOf({ path, query: { lang } }));

    expect(form).toHaveLength(6);
    expect(headings(bodyOf({ path, query: { lang, outcome: 'invalid-token' } }))).toEqual(form);
    expect(headings(bodyOf({ path, query: { lang, outcome: 'done' } }))).toEqual(form.slice(1)); // the first is the form's own
  });

  it('posts nothing by itself, whatever its link says: scanners open the links of mails', () => {
    const body = bodyOf({ path });

    expect(bodyOf({ path, query: { token: '0123456789ABCDEFGHJKMNPQRS' } })).toBe(body);
    expect(body).toMatch(/<form method="post" [^>]*action="\/account\/recovery\/revoke"/);
    expect(body).not.toMatch(/http-equiv|method="get"|<(?:img|iframe|object)/i);
  });

  it('ends with the news and without the form once it is done', () => {
    const body = bodyOf({ path, query: { outcome: 'done' } });

    expect(body).toContain('<h1>The link no longer works</h1>');
    expect(statusOf(body)).toContain('That message is of no use to anybody any more');
    expect(body).not.toContain('<form');
    expect(body).not.toContain('<script');
  });

  it.each(LANGUAGES)('speaks in no failure of a password to choose or to shorten, in %s', (lang) => {
    const failures = FAILURES.filter((outcome) => !outcome.startsWith('password-rejected'));
    const texts = [...failures, 'unknown'].map((outcome) => statusOf(bodyOf({ path, query: { lang, outcome } })));

    expect(new Set(texts).size).toBe(failures.length + 1);
    expect(texts.join('')).not.toMatch(/just chose|eben gewählt|shorter|kürzer/);
    expect(bodyOf({ path, query: { lang } })).not.toMatch(/just chose|eben gewählt/);
  });
});

describe('the page that removes a number', () => {
  const body = bodyOf({ path: '/ui/remove-number' });

  it('says without a script where else the number can be removed, and sends no password anywhere', () => {
    expect(body).toContain('This page needs JavaScript');
    expect(body).toMatch(/<button class="main"[^>]* disabled>/);
    expect(body).toContain('<form method="post" action="/ui/remove-number"'); // never GET, whose query would name the password
  });

  it('is the same whatever its link says: a mail that leads to it can set nothing', () => {
    const query = { token: 'canary', email: 'canary@example.com', outcome: 'done' };

    expect(bodyOf({ path: '/ui/remove-number', query })).toBe(body);
  });
});

describe('the page that a sign-in link leads to', () => {
  const body = bodyOf({ path: '/ui/sign-in-link' });

  it('says without a script, or without a token in the address, where the token stands, and asks for no password', () => {
    expect(body).toContain('Copy the token from the e-mail that we sent you');
    expect(body).toMatch(/<form [^>]* hidden>/);
    expect(body).not.toContain('<input');
  });

  it('is the same whatever its query says: a link that leads to it can set nothing', () => {
    const query = { token: 'canary', email: 'canary@example.com', outcome: 'done' };

    expect(bodyOf({ path: '/ui/sign-in-link', query })).toBe(body);
  });
});

describe.each(SCRIPTS)('the script %s', (path) => {
  const script = bodyOf({ path });

  /** @asvs 6.2.6, 6.2.7 */
  it('masks what a password is typed into, names it for password managers, and lets people paste', () => {
    const fields = FORMS.flatMap((form) => bodyOf({ path: form }).match(/<input[^>]* id="password"[^>]*>/g) ?? []);

    expect(fields).toHaveLength(FORMS.length);
    for (const field of fields) expect(field).toMatch(/ type="password" .* autocomplete="new-password"/);
    expect(`${FORMS.map((form) => bodyOf({ path: form })).join('')}${script}`).not.toMatch(
      /paste|autocomplete="off"[^>]*password/i,
    );
  });

  it('is complete JavaScript', () => {
    expect(() => new Script(script)).not.toThrow();
  });

  /** @asvs 14.3.1, 14.3.3 */
  it('writes text and never markup, keeps nothing and evaluates nothing', () => {
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|localStorage|sessionStorage|indexedDB|cookie|console/,
    );
  });
});
