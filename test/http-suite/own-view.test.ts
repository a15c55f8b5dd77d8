import { randomBytes, randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeAppClient } from './app-client.ts';
import { openTarget, type Target, waitForMails } from './target.ts';

const PASSWORD = 'correct horse battery';

describe("the owner's own view, over real HTTP", () => {
  let target: Target;
  let app: ReturnType<typeof makeAppClient>;

  beforeAll(async () => {
    target = await openTarget();
    app = makeAppClient(target.apiUrl, '127.0.0.1');
  });
  afterAll(() => target.close());

  /** What a pattern finds in the messages to an address or a number, once one has it. */
  const received = async (to: string, pattern: RegExp): Promise<string> => {
    for (let count = 1; ; count += 1) {
      const messages = await waitForMails(target.inboxUrl, to, count);
      const found = messages.map(({ text }) => pattern.exec(text)?.[1]).find(Boolean);
      if (found !== undefined) return found;
    }
  };

  const openAccount = async () => {
    const email = `reader-${randomBytes(6).toString('hex')}@example.com`;
    await app('POST /accounts', { body: { email } });
    const token = await received(email, /complete-sign-up[^#\s]*#token=(\w{26})/);
    const { body } = await app('POST /accounts/complete', { body: { token, password: PASSWORD } });
    return { email, session: body };
  };

  it('lists sessions and history, and puts everybody else out', async () => {
    const { email, session } = await openAccount();
    const { device_token } = session;
    const again = await app('POST /sessions', { body: { email, password: PASSWORD, device_token } });

    const sessions = await app('GET /sessions', { token: session.access_token });
    const events = await app('GET /account/events?kind=signed-in', { token: session.access_token });
    const one = await app(`DELETE /sessions/${again.body.session_id}`, { token: session.access_token });
    const ended = await app('GET /sessions', { token: again.body.access_token });
    const all = await app('DELETE /sessions', { token: session.access_token });
    const left = await app('GET /sessions', { token: all.body.session.access_token });

    expect(sessions.body.sessions).toMatchObject([
      { session_id: session.session_id, current: true },
      { session_id: again.body.session_id },
    ]);
    expect(events.body.events).toMatchObject([{ kind: 'signed-in', session_id: again.body.session_id }]);
    expect([one.status, ended.status, all.status]).toEqual([200, 401, 200]);
    expect(left.body.sessions).toMatchObject([{ session_id: session.session_id, current: true }]);
  });

  it('exports the account, and keeps one that was to be deleted by the link in the mail about it', async () => {
    const { email, session } = await openAccount();
    const { access_token: token, device_token } = session;

    const exported = await app('POST /account/export', { token });
    const asked = await app('DELETE /account', { token });
    const meanwhile = await app('POST /sessions', { body: { email, password: PASSWORD, device_token } });
    const keep = await received(email, /keep-account[^#\s]*#token=(\w{26})/);
    const kept = await app('POST /account/deletion/cancel', { body: { token: keep } });
    const after = await app('POST /sessions', { body: { email, password: PASSWORD, device_token } });

    expect(exported.body).toMatchObject({ status: 'complete', export: { profile: { email } } });
    expect(asked.body).toMatchObject({ status: 'deletion-pending' });
    expect(meanwhile).toMatchObject({ status: 409, body: { hint: 'deletion-pending' } });
    expect(kept.status).toBe(200);
    expect(after).toMatchObject({ status: 200, body: { factors: ['email_code'] } }); // every device has ended
  });

  it('recovers by the number that was chosen for it, of which the address is told', async () => {
    const { email, session } = await openAccount();
    const phoneNumber = `+43660${randomInt(1_000_000, 9_999_999)}`;
    const purpose = { phone_number: phoneNumber, purpose: 'recovery' };
    await app('POST /verification', { token: session.access_token, body: purpose });
    const code = await received(phoneNumber, /(\d{6})/);
    const chosen = await app('POST /verification/verify', { token: session.access_token, body: { code } });

    await app('POST /account/recovery', { body: { phone_number: phoneNumber } });
    const token = await received(phoneNumber, /#token=(\w{26})/);
    const veto = await received(email, /not-me[^#\s]*#(?:token|link)=(\w{26})/);
    const reset = await app('POST /account/reset-password', { body: { token, new_password: 'a much better horse' } });
    const owner = await app('POST /sessions', { body: { email, password: 'a much better horse' } });

    expect(chosen).toMatchObject({ status: 200, body: { proves: 'recovery' } });
    expect(veto).not.toBe(token);
    expect(reset.body).toEqual({ status: 'password-changed' });
    expect(owner).toMatchObject({ status: 200, body: { account_id: session.account_id } });
  });
});
