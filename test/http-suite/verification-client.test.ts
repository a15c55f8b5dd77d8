import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { makeDartClient } from '../support/dart-client.ts';
import type { RawAnswer } from '../support/raw-http.ts';
import { sendRaw } from '../support/raw-http.ts';
import { openTarget, type Target, waitForMails } from './target.ts';

let target: Target;
let hosts = 0;

beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

/** An address of this test alone, which keeps other tests' limits and requests out of its way. */
const newAddress = (): string => {
  hosts += 1;
  return `127.88.${randomInt(256)}.${hosts}`;
};

/** An app on a network of its own. */
const newApp = () => makeDartClient(target.apiUrl, newAddress());
type App = ReturnType<typeof newApp>;

const newNumber = (): string => `+43664${randomInt(1_000_000, 10_000_000)}`;

/** The tutorial's `sendVerificationRequest`. */
const sendVerificationRequest = (app: App, phoneNumber: string): Promise<RawAnswer> =>
  app.postMap('/verification', { phone_number: phoneNumber });

const codeAt = async (phoneNumber: string, count = 1): Promise<string> => {
  const [sms] = await waitForMails(target.inboxUrl, phoneNumber, count);
  return /\d{6}/.exec(sms?.text ?? '')?.[0] ?? '';
};

const codeOf = ({ text }: RawAnswer): string => JSON.parse(text).code;

describe("the tutorial's verification, unmodified, over real HTTP", () => {
  it('proves a number from the first call to the last with nothing but the code', async () => {
    const app = newApp();
    const phoneNumber = newNumber();

    const requested = await sendVerificationRequest(app, phoneNumber);
    const verified = await app.postMap('/verification/verify', { code: await codeAt(phoneNumber) });

    expect(requested.status).toBe(200);
    const { expires_in: expiresIn, ...answered } = JSON.parse(requested.text);
    expect(answered).toEqual({ verification_id: expect.stringMatching(/^[\w-]+$/), resend_after: 30 });
    expect(expiresIn).toBeGreaterThan(500); // what is left of ten minutes
    expect(expiresIn).toBeLessThanOrEqual(600);
    expect([verified.status, verified.text]).toEqual([200, '{"verified":true,"proves":"phone"}']);
  });

  it('sends an SMS of one piece whose last line an iPhone and a browser fill in', async () => {
    const phoneNumber = newNumber();

    await sendVerificationRequest(newApp(), phoneNumber);
    const [sms] = await waitForMails(target.inboxUrl, phoneNumber, 1);

    expect(sms?.text.length).toBeLessThanOrEqual(160);
    expect(sms?.text.split('\n').at(-1)).toMatch(/^@[\w.-]+ #\d{6}$/);
  });

  it('takes the number however the person typed it', async () => {
    const app = newApp();
    const phoneNumber = newNumber();
    const typed = `00${phoneNumber.slice(1, 3)} (${phoneNumber.slice(3, 6)}) ${phoneNumber.slice(6, 9)}-${phoneNumber.slice(9)}`;

    const requested = await sendVerificationRequest(app, typed);
    const verified = await app.postMap('/verification/verify', { code: await codeAt(phoneNumber) });

    expect([requested.status, verified.status]).toEqual([200, 200]);
  });

  it('answers the right code with 400 when it comes from another address', async () => {
    const phoneNumber = newNumber();
    await sendVerificationRequest(newApp(), phoneNumber);
    const code = await codeAt(phoneNumber);

    const answer = await newApp().postMap('/verification/verify', { code });

    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid-code']);
  });

  it('answers a wrong code with 400, and takes the right one after it', async () => {
    const app = newApp();
    const phoneNumber = newNumber();
    await sendVerificationRequest(app, phoneNumber);
    const code = await codeAt(phoneNumber);

    const wrong = await app.postMap('/verification/verify', { code: code === '000000' ? '000001' : '000000' });
    const right = await app.postMap('/verification/verify', { code });
    const again = await app.postMap('/verification/verify', { code });

    expect([wrong.status, codeOf(wrong), right.status, again.status]).toEqual([400, 'invalid-code', 200, 400]);
  });

  it.each<[string, (answer: string) => string]>([
    ['the id', (answer) => JSON.parse(answer).verification_id],
    ['the whole answer, kept as a string', (answer) => answer],
  ])('gives a signed proof to whoever sends %s with the code, from wherever', async (_, kept) => {
    const phoneNumber = newNumber();
    const requested = await sendVerificationRequest(newApp(), phoneNumber);
    const code = await codeAt(phoneNumber);
    const elsewhere = newApp();

    const verified = await elsewhere.postMap('/verification/verify', { code, verification_id: kept(requested.text) });
    const { phone_proof: proof, ...rest } = JSON.parse(verified.text);

    expect(verified.status).toBe(200);
    expect(rest).toEqual({ verified: true, proves: 'phone' });
    const keys = JSON.parse((await elsewhere.get('/.well-known/jwks.json', 'none')).text);
    const { payload, protectedHeader } = await jwtVerify(proof, createLocalJWKSet(keys), {
      algorithms: ['RS256'],
      typ: 'phone-proof+jwt',
      issuer: target.issuer,
      audience: 'keyturn#phone-proof',
    });
    expect(protectedHeader.typ).toBe('phone-proof+jwt');
    expect(payload).toMatchObject({ phone_number: phoneNumber, phone_number_verified: true });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(601); // it says that it was issued a second before
    const asAccessToken = await elsewhere.get('/two-factor', proof);
    expect([asAccessToken.status, codeOf(asAccessToken)]).toEqual([401, 'unauthenticated']);
  });

  /** @asvs 3.3.1, 3.3.2, 3.3.3, 3.3.4 */
  it('gives a browser a cookie that no script reads and no other site sends, and takes it with the code', async () => {
    const phoneNumber = newNumber();
    const requested = await sendVerificationRequest(newApp(), phoneNumber);
    const code = await codeAt(phoneNumber);
    const [pair = '', ...attributes] = (requested.headers['set-cookie'] ?? '').split('; ');

    const verified = await sendRaw(
      target.apiUrl,
      {
        line: 'POST /verification/verify',
        headers: ['content-type: application/json', `cookie: theme=dark; ${pair}`],
        body: JSON.stringify({ code }),
      },
      '127.89.0.1',
    );

    expect(pair).toBe(`__Host-verification=${JSON.parse(requested.text).verification_id}`);
    // What is left of ten minutes, in a service whose clock goes on.
    const lifetime = expect.stringMatching(/^Max-Age=(?:600|5[0-9]{2})$/);
    expect(attributes.toSorted()).toEqual(['HttpOnly', lifetime, 'Path=/', 'SameSite=Strict', 'Secure']);
    expect(verified.status).toBe(200);
    expect(JSON.parse(verified.text)).toMatchObject({ proves: 'phone', phone_proof: expect.any(String) });
  });

  it.each([
    ['none', 200, []],
    ['one of another scheme', 401, ['authorization: Basic b3duZXI6cHc=']],
    ['two', 401, ['authorization: Bearer a.b.c', 'Authorization: Bearer a.b.c']],
  ])(
    'does not take an app for a stranger whose Authorization header can not be read: %s',
    async (_, status, authorization) => {
      const headers = ['content-type: application/json', ...authorization];
      const body = JSON.stringify({ phone_number: newNumber() });

      const answer = await sendRaw(target.apiUrl, { line: 'POST /verification', headers, body }, newAddress());

      expect(answer.status).toBe(status);
      if (status === 401) expect(codeOf(answer)).toBe('unauthenticated');
    },
  );

  it('tells an app that asks again at once how long to wait', async () => {
    const app = newApp();
    const phoneNumber = newNumber();
    await sendVerificationRequest(app, phoneNumber);

    const again = await sendVerificationRequest(app, phoneNumber);

    expect([again.status, codeOf(again)]).toEqual([429, 'too-many-requests']);
    expect(Number(again.headers['retry-after'])).toBeGreaterThan(25);
    expect(Number(again.headers['retry-after'])).toBeLessThanOrEqual(30);
    expect(await waitForMails(target.inboxUrl, phoneNumber, 1)).toHaveLength(1);
  });
});
