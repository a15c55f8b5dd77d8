import { randomBytes, randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDartClient } from '../support/dart-client.ts';
import { tokenIn } from '../support/journeys.ts';
import { openTarget, type Target, waitForMails } from './target.ts';

let target: Target;
let app: ReturnType<typeof makeDartClient>;

beforeAll(async () => {
  target = await openTarget();
  app = makeDartClient(target.apiUrl);
});
afterAll(() => target.close());

const newAddress = () => `reader-${randomBytes(6).toString('hex')}@example.com`;
const PASSWORD = 'correct horse battery';

interface Tokens {
  account_id: string;
  access_token: string;
  refresh_token: string;
  device_token: string;
}

const newAccount = async (email: string): Promise<Tokens> => {
  await app.postMap('/accounts', { email });
  const [mail] = await waitForMails(target.inboxUrl, email, 1);
  const answer = await app.postMap('/accounts/complete', { token: tokenIn(mail?.text ?? ''), password: PASSWORD });
  return JSON.parse(answer.text) as Tokens;
};

const recoveryMailTo = async (email: string, count: number): Promise<string> => {
  await app.postMap('/account/recovery', { email });
  const [mail] = await waitForMails(target.inboxUrl, email, count);
  return mail?.text ?? '';
};

describe('the four tutorial apps, unmodified, over real HTTP', () => {
  it('recovers an account from the first call to the last', async () => {
    const email = newAddress();
    await newAccount(email);

    const requested = await app.postMap('/account/recovery', { email });
    const [mail] = await waitForMails(target.inboxUrl, email, 2);
    const token = tokenIn(mail?.text ?? '');
    const checked = await app.postMap('/reset', { reset_token: token });
    const reset = await app.postMap('/account/reset-password', { token, new_password: 'a much better horse & co' });
    const signedIn = await app.postMap('/sessions', { email, password: 'a much better horse & co' });

    expect([requested.status, requested.text]).toEqual([200, '{"status":"accepted"}']);
    expect(checked.status).toBe(200);
    expect(JSON.parse(checked.text)).toEqual({
      valid: true,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect([reset.status, reset.text]).toEqual([200, '{"status":"password-changed"}']);
    expect(signedIn.status).toBe(200);
  });

  it.each([
    ['as the package adds the charset', 'application/x-www-form-urlencoded; charset=utf-8'],
    ['without a charset', 'application/x-www-form-urlencoded'],
    ['in other letters', 'Application/X-WWW-Form-Urlencoded;charset=UTF-8'],
  ])('takes the form %s', async (_, contentType) => {
    const answer = await app.postMap('/account/recovery', { email: newAddress() }, contentType);

    expect(answer.status).toBe(200);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'application/json; charset=UTF-8'])(
    'takes JSON sent as %s',
    async (contentType) => {
      const answer = await app.postJson('/account/recovery', { email: newAddress() }, contentType);

      expect(answer.status).toBe(200);
    },
  );

  it('answers a token that nobody issued with 400, so that statusCode == 200 means what the app thinks', async () => {
    const checked = await app.postMap('/reset', { reset_token: '0'.repeat(26) });
    const reset = await app.postMap('/account/reset-password', {
      token: 'nonsense',
      new_password: 'a much better horse',
    });

    expect([checked.status, JSON.parse(checked.text).code]).toEqual([400, 'invalid-token']);
    expect([reset.status, JSON.parse(reset.text).code]).toEqual([400, 'invalid-token']);
  });

  it('takes the token as a person types it from the mail', async () => {
    const email = newAddress();
    await newAccount(email);
    const text = await recoveryMailTo(email, 2);
    const grouped = /^(?:[0-9A-Z]{4}-){6}[0-9A-Z]{2}$/m.exec(text)?.[0] ?? '';

    const answer = await app.postMap('/account/reset-password', {
      token: ` ${grouped.toLowerCase()} `,
      new_password: 'typed by hand 99',
    });

    expect(answer.status).toBe(200);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'application/json; charset=UTF-8'])(
    'updates the profile with PUT and %s',
    async (contentType) => {
      const { account_id: id, access_token: token } = await newAccount(newAddress());

      const answer = await app.putJson(
        `/profile/${id}`,
        { name: 'Ämilie Reader', nickname: 'Bücherwurm' },
        token,
        contentType,
      );
      const read = await app.get(`/profile/${id}`, token);

      expect(answer.status).toBe(200);
      expect(JSON.parse(read.text)).toMatchObject({ sub: id, name: 'Ämilie Reader', nickname: 'Bücherwurm' });
      expect(read.headers.etag).toBe('"v2"');
    },
  );

  it('keeps the address when a profile is put back with it, and changes it once both have confirmed another', async () => {
    const email = newAddress();
    const { account_id: id, access_token: token } = await newAccount(email);

    const same = await app.putJson(`/profile/${id}`, { name: 'Reader', email: email.toUpperCase() }, token);
    const newEmail = newAddress();
    const other = await app.putJson(`/profile/${id}`, { name: 'Reader', email: newEmail }, token);
    const [toNew] = await waitForMails(target.inboxUrl, newEmail, 1);
    const [toOld] = await waitForMails(target.inboxUrl, email, 2);
    const confirm = (text = '') => app.postMap('/profile/email/confirm', { token: tokenIn(text) });
    const half = await confirm(toNew?.text);
    const whole = await confirm(toOld?.text);

    expect(same.status).toBe(200);
    expect(JSON.parse(other.text)).toMatchObject({ email, pending: { email: { new: newEmail, confirmed_by: [] } } });
    expect(JSON.parse(half.text)).toMatchObject({ status: 'confirmed', open: ['old'] });
    expect(JSON.parse(whole.text)).toMatchObject({ status: 'email-changed', open: [] });
    expect((await app.get(`/profile/${id}`, token)).status).toBe(401);
    expect((await app.postMap('/sessions', { email: newEmail, password: PASSWORD })).status).toBe(200);
    expect((await app.postMap('/sessions', { email, password: PASSWORD })).status).toBe(401);
  });
});

describe('what must hold over real HTTP', () => {
  it('sends no profile again that the app has, and does not overwrite one that it has not seen', async () => {
    const { account_id: id, access_token: token } = await newAccount(newAddress());
    const path = `/profile/${id}`;
    await app.putJson(path, { name: 'Reader' }, token);

    const unchanged = await app.get(path, token, ['if-none-match: W/"v2"']);
    const changed = await app.get(path, token, ['if-none-match: "v1"']);
    const lost = await app.putJson(path, { name: 'Late' }, token, 'application/json', ['if-match: "v1"']);

    expect([unchanged.status, unchanged.text, unchanged.headers.etag]).toEqual([304, '', '"v2"']);
    expect([changed.status, JSON.parse(changed.text).name]).toEqual([200, 'Reader']);
    expect([lost.status, JSON.parse(lost.text).code, lost.headers.etag]).toEqual([412, 'precondition-failed', '"v2"']);
  });

  it('changes a password with the present one: the app goes on, every other device is out', async () => {
    const email = newAddress();
    const own = await newAccount(email);
    const { device_token } = own;
    const other = JSON.parse(
      (await app.postMap('/sessions', { email, password: PASSWORD, device_token })).text,
    ) as Tokens;
    const change = (current: string) =>
      app.putJson(
        '/account/password',
        { current_password: current, new_password: 'a much better horse' },
        own.access_token,
      );

    const wrong = await change('not the password');
    const changed = await change(PASSWORD);

    const { session } = JSON.parse(changed.text);
    expect([wrong.status, changed.status]).toEqual([401, 200]);
    expect((await app.get(`/profile/${own.account_id}`, session.access_token)).status).toBe(200);
    expect((await app.get(`/profile/${own.account_id}`, other.access_token)).status).toBe(401);
    expect((await app.postMap('/sessions', { email, password: 'a much better horse' })).status).toBe(200);
  });

  it('lets exactly one of 50 parallel resets with one token win, and exactly that password works', async () => {
    const email = newAddress();
    await newAccount(email);
    const token = tokenIn(await recoveryMailTo(email, 2));
    const passwords = Array.from({ length: 50 }, (_, index) => `parallel horse ${index} battery`);

    const answers = await Promise.all(
      passwords.map((password) => app.postMap('/account/reset-password', { token, new_password: password })),
    );

    const winners = passwords.filter((_, index) => answers[index]?.status === 200);
    const losers = answers.filter(({ status }) => status !== 200);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(49);
    expect(losers.every(({ status, text }) => status === 400 && JSON.parse(text).code === 'invalid-token')).toBe(true);
    const other = passwords.find((password) => password !== winners[0]) ?? '';
    expect((await app.postMap('/sessions', { email, password: winners[0] ?? '' })).status).toBe(200);
    expect((await app.postMap('/sessions', { email, password: other })).status).toBe(401);
    expect((await app.postMap('/sessions', { email, password: PASSWORD })).status).toBe(401);
  });

  it('ends every earlier session on every route the moment the password is reset', async () => {
    const email = newAddress();
    const before = await newAccount(email);
    const token = tokenIn(await recoveryMailTo(email, 2));

    await app.postMap('/account/reset-password', { token, new_password: 'a much better horse' });

    const path = `/profile/${before.account_id}`;
    expect((await app.get(path, before.access_token)).status).toBe(401);
    expect((await app.putJson(path, { name: 'Thief' }, before.access_token)).status).toBe(401);
    expect((await app.postMap('/sessions/refresh', { refresh_token: before.refresh_token })).status).toBe(400);
  });

  it('answers a known and an unknown address byte for byte the same', async () => {
    const known = newAddress();
    await newAccount(known);

    const answers = await Promise.all(
      [known, newAddress()].map((email) => app.postMap('/account/recovery', { email })),
    );

    const [first, second] = answers.map(({ status, headers, text }) => {
      const { 'x-request-id': id, 'apigw-requestid': gatewayId, date, ...rest } = headers;
      return { status, text, headers: rest };
    });
    expect(first).toEqual(second);
  });

  it('limits by the address that the connection comes from, whatever a header says', async () => {
    const network = `127.66.${randomInt(256)}`; // a long-running target remembers the last one
    const attacker = makeDartClient(target.apiUrl, `${network}.1`);

    const statuses: number[] = [];
    for (let index = 0; index < 31; index += 1) {
      statuses.push((await attacker.postMap('/account/recovery', { email: newAddress() })).status);
    }
    const neighbour = await makeDartClient(target.apiUrl, `${network}.2`).postMap('/account/recovery', {
      email: newAddress(),
    });

    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(200));
    expect(statuses[30]).toBe(429);
    expect(neighbour.status).toBe(200);
  });
});
