import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { SignedRequest } from '../../shared/callers/signed-request.ts';
import { CREATED_WITHIN_SECONDS, verifySignedRequest } from '../../shared/callers/verify-signature.ts';
import { loadEvent } from '../support/load-event.ts';
import { digestOf, type SignatureChanges, signEvent } from '../support/trusted-caller.ts';

const SECRET = 'the-secret-of-the-back-end-of-the-shop-0123456789';
const CALLER = { keyId: 'web/2', secret: SECRET };
const SECRETS = new Map([
  ['web/2', SECRET],
  ['web/1', 'the-secret-before-of-the-shops-back-end-0123456789'],
]);
const ADDRESS = '198.51.100.7';
const NOW = 1_795_251_600;

const sign = (changes: SignatureChanges = {}, event = loadEvent('sign-up/json')): APIGatewayProxyEventV2 =>
  signEvent(event, { ...CALLER, address: ADDRESS, nowSeconds: NOW }, changes);

const requestOf = (event: APIGatewayProxyEventV2): SignedRequest => ({
  method: event.requestContext.http.method,
  targetUri: `https://auth.bookshelf.example${event.rawPath}${event.rawQueryString && `?${event.rawQueryString}`}`,
  hasQuery: event.rawQueryString !== '',
  headers: event.headers,
  hasBody: (event.body ?? '') !== '',
  body: () => Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
});

const verify = (event: APIGatewayProxyEventV2, nowSeconds = NOW) =>
  verifySignedRequest(requestOf(event), { keyOf: async (keyId) => SECRETS.get(keyId) ?? null, nowSeconds });

/** The event with other headers; `undefined` removes one. */
const withHeaders = (event: APIGatewayProxyEventV2, headers: Record<string, string | undefined>) => ({
  ...event,
  headers: { ...event.headers, ...headers },
});

const USUAL = ['"@method"', '"@path"', '"content-digest"', '"keyturn-client-address"'];

describe('a signed request', () => {
  it.each([
    ['as the manual signs it', sign()],
    [
      'with SHA-512 in Content-Digest',
      sign({ digest: digestOf(Buffer.from(loadEvent('sign-up/json').body ?? ''), 'sha512') }),
    ],
    ['with a body that API Gateway passes on in base64', sign({}, loadEvent('sign-up/form'))],
    ['under another label', sign({ label: 'keyturn' })],
    ['with more components', sign({ components: [...USUAL, '"content-type"', '"user-agent"'] })],
    ['with its components in another order', sign({ components: USUAL.toReversed() })],
    ['with parameters of its own', sign({ parameters: ';tag="shop";expires=1795251700' })],
    ['without alg', sign({ onlyParameters: `;created=${NOW};nonce="n";keyid="web/2"` })],
    ['beside a header of other characters, which nothing covers', withHeaders(sign(), { 'x-name': 'Jürgen' })],
    [
      'without a body',
      sign({ digest: null }, loadEvent('sign-up/json', { body: undefined, 'headers.content-type': undefined })),
    ],
  ])('is taken: %s', async (_, event) => {
    expect(await verify(event)).toEqual({ keyId: 'web/2' });
  });

  it('covers @authority and @target-uri by the public address, whatever host CloudFront and API Gateway call it by', async () => {
    const event = sign({ components: [...USUAL, '"@authority"', '"@target-uri"'] });

    expect(event.headers.host).not.toBe('auth.bookshelf.example');
    expect(await verify(event)).toEqual({ keyId: 'web/2' });
  });

  it.each([...SECRETS])('is taken with the secret of %s, and known by it', async (keyId, secret) => {
    const event = signEvent(loadEvent('sign-up/json'), { keyId, secret, address: ADDRESS, nowSeconds: NOW });

    expect(await verify(event)).toEqual({ keyId });
  });

  it.each([-CREATED_WITHIN_SECONDS, CREATED_WITHIN_SECONDS])(
    'is taken where its clock is %d seconds off, and not a second more',
    async (seconds) => {
      const event = sign();

      const last = await verify(event, NOW + seconds);
      const next = await verify(event, NOW + seconds + Math.sign(seconds));

      expect([last, next]).toEqual([{ keyId: 'web/2' }, { fault: 'not-now' }]);
    },
  );

  it('is taken until its end, where it names one', async () => {
    const event = sign({ parameters: `;expires=${NOW + 10}` });

    expect([await verify(event, NOW + 10), await verify(event, NOW + 11)]).toEqual([
      { keyId: 'web/2' },
      { fault: 'not-now' },
    ]);
  });

  it('may cover its query, and has to where there is one', async () => {
    const asked = loadEvent('sign-up/json', { rawQueryString: 'lang=de' });

    const covered = await verify(sign({ components: [...USUAL, '"@query"'] }, asked));
    const left = await verify(sign({}, asked));
    const changed = await verify({ ...sign({ components: [...USUAL, '"@query"'] }, asked), rawQueryString: 'lang=en' });

    expect([covered, left, changed]).toEqual([{ keyId: 'web/2' }, { fault: 'unacceptable' }, { fault: 'mismatch' }]);
  });
});

describe('a request that was changed after it was signed', () => {
  const otherMethod = sign();
  otherMethod.requestContext.http.method = 'PUT';

  it.each([
    ['another method', otherMethod, 'mismatch'],
    ['another path', { ...sign(), rawPath: '/sessions' }, 'mismatch'],
    ['another address', withHeaders(sign(), { 'keyturn-client-address': '198.51.100.8' }), 'mismatch'],
    ['a second address', withHeaders(sign(), { 'keyturn-client-address': `${ADDRESS},198.51.100.8` }), 'mismatch'],
    ['no address', withHeaders(sign(), { 'keyturn-client-address': undefined }), 'malformed'],
    ['another body', { ...sign(), body: '{"email":"other@example.com"}' }, 'other-body'],
    ['no body', { ...sign(), body: '' }, 'other-body'],
    [
      'another body and its digest',
      withHeaders({ ...sign(), body: '{}' }, { 'content-digest': digestOf(Buffer.from('{}')) }),
      'mismatch',
    ],
    ['a second digest', withHeaders(sign(), { 'content-digest': `${digestOf(Buffer.from(''))},x=:AA==:` }), 'mismatch'],
    ['no digest', withHeaders(sign(), { 'content-digest': undefined }), 'malformed'],
    ['another time', rewritten(`created=${NOW}`, `created=${NOW + 1}`), 'mismatch'],
    ['another nonce', rewritten('nonce="', 'nonce="0'), 'mismatch'],
    ['the key before', rewritten('keyid="web/2"', 'keyid="web/1"'), 'mismatch'],
    ['a key that there is not', rewritten('keyid="web/2"', 'keyid="web/3"'), 'unknown-key'],
    ['a key of a name of JavaScript', rewritten('keyid="web/2"', 'keyid="__proto__"'), 'unknown-key'],
    ['a component less', rewritten(' "content-type"', ''), 'mismatch'],
    ['a required component less', rewritten('"@method" ', ''), 'unacceptable'],
    ['another algorithm', rewritten('alg="hmac-sha256"', 'alg="ed25519"'), 'unacceptable'],
    ['an algorithm that is none', rewritten('alg="hmac-sha256"', 'alg="none"'), 'unacceptable'],
  ])('is refused: %s', async (_, event, fault) => {
    expect(await verify(event)).toEqual({ fault });
  });

  /** The event with something else in Signature-Input. */
  function rewritten(from: string, to: string): APIGatewayProxyEventV2 {
    const event = sign({ components: [...USUAL, '"content-type"'] });
    const { 'signature-input': input = '' } = event.headers;
    expect(input).toContain(from);
    return withHeaders(event, { 'signature-input': input.replace(from, to) });
  }
});

describe('a signature that is made by the right secret and covers too little', () => {
  it.each(USUAL)('is refused without %s', async (component) => {
    const event = sign({ components: USUAL.filter((one) => one !== component) });

    expect(await verify(event)).toEqual({ fault: 'unacceptable' });
  });

  it.each([
    ['created', ';nonce="n";keyid="web/2"'],
    ['nonce', `;created=${NOW};keyid="web/2"`],
    ['a nonce with something in it', `;created=${NOW};nonce="";keyid="web/2"`],
    ['keyid', `;created=${NOW};nonce="n"`],
  ])('is refused without %s', async (_, onlyParameters) => {
    expect(await verify(sign({ onlyParameters }))).toEqual({ fault: 'unacceptable' });
  });

  it.each([
    ['created as a text', `;created="${NOW}";nonce="n";keyid="web/2"`],
    ['created as a decimal', `;created=${NOW}.5;nonce="n";keyid="web/2"`],
    ['a nonce that is a number', `;created=${NOW};nonce=1;keyid="web/2"`],
    ['created twice', `;created=1;created=${NOW};nonce="n";keyid="web/2"`],
  ])('is refused with %s', async (_, onlyParameters) => {
    expect(await verify(sign({ onlyParameters }))).toEqual({ fault: 'malformed' });
  });

  it.each([
    [
      'a member of the digest alone',
      ['"@method"', '"@path"', '"content-digest";key="sha-256"', '"keyturn-client-address"'],
    ],
    ['the method of a related request', ['"@method";req', '"@path"', '"content-digest"', '"keyturn-client-address"']],
    ['a component twice', [...USUAL, '"@method"']],
    ['a component in capitals', [...USUAL, '"Content-Type"']],
    ['a header that is not there', [...USUAL, '"x-not-there"']],
  ])('is refused over %s', async (_, components) => {
    expect(await verify(sign({ components }))).toEqual({
      fault: expect.stringMatching(/malformed|unacceptable|mismatch/),
    });
  });
});

describe('headers of signatures that API Gateway has joined, or that say nothing', () => {
  const { signature = '', 'signature-input': input = '' } = sign().headers;
  const other = sign({ label: 'sig2' }).headers;

  it.each([
    [
      'two signatures',
      { signature: `${signature},${other.signature}`, 'signature-input': `${input},${other['signature-input']}` },
    ],
    ['the same header twice', { signature: `${signature},${signature}`, 'signature-input': `${input},${input}` }],
    ['one of another label', { signature: other.signature }],
    ['Signature alone', { 'signature-input': undefined }],
    ['Signature-Input alone', { signature: undefined }],
    ['an empty one', { signature: '', 'signature-input': '' }],
    ['no structured field', { signature: 'abc=', 'signature-input': '<script>' }],
    ['a signature that is a text', { signature: 'sig1="abc"' }],
    ['a list of components that is none', { 'signature-input': 'sig1="@method"' }],
    ['ten thousand brackets', { 'signature-input': `sig1=${'('.repeat(10_000)}` }],
  ])('are refused: %s', async (_, headers) => {
    expect(await verify(withHeaders(sign(), headers))).toEqual({ fault: 'malformed' });
  });

  it.each(['', 'AA==', Buffer.alloc(32).toString('base64'), Buffer.alloc(64).toString('base64')])(
    'are refused with the signature %p',
    async (bytes) => {
      expect(await verify(withHeaders(sign(), { signature: `sig1=:${bytes}:` }))).toEqual({ fault: 'mismatch' });
    },
  );
});

describe('a secret that can not be read', () => {
  it('is an outage, and no fault of the signature', async () => {
    const keyOf = async () => {
      throw new TypeError('no route to Secrets Manager');
    };

    await expect(verifySignedRequest(requestOf(sign()), { keyOf, nowSeconds: NOW })).rejects.toThrow(TypeError);
  });
});
