import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitForMails } from '../http-suite/target.ts';
import { tokenIn } from '../support/journeys.ts';
import { type RunningService, removeData, startRunningService } from '../support/running-service.ts';

const TIMEOUT_MS = 20_000;

describe('mail that bounces on a laptop', () => {
  let service: RunningService;

  beforeAll(async () => {
    service = await startRunningService();
  });
  afterAll(async () => {
    await service.stop();
    removeData(service);
  });

  const ask = async (method: string, path: string, { token, body }: { token?: string; body?: object } = {}) => {
    const answer = await fetch(`${service.apiUrl}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, string | boolean | undefined>;
  };

  const signUp = async (email: string) => {
    await ask('POST', '/accounts', { body: { email } });
    const [mail] = await waitForMails(service.inboxUrl, email, 1);
    const body = { token: tokenIn(mail?.text ?? ''), password: 'correct horse battery' };
    const { account_id: id, access_token: token } = await ask('POST', '/accounts/complete', { body });
    return { path: `/profile/${id}`, token: String(token) };
  };

  it('marks the address, and one proof mail wins it back', async () => {
    const email = 'moved@example.com';
    const { path, token } = await signUp(email);
    const order = { service: 'ses', next: 1, feedback: 'bounce' };
    await fetch(`${service.inboxUrl}/faults`, { method: 'PUT', body: JSON.stringify(order) });

    await ask('POST', '/account/recovery', { body: { email } });
    const deadline = Date.now() + TIMEOUT_MS;
    while ((await ask('GET', path, { token })).email_deliverable !== false && Date.now() < deadline) await sleep(100);
    expect((await ask('GET', path, { token })).email_deliverable).toBe(false);

    await ask('POST', '/profile/email/proof', { token });
    const [mail] = await waitForMails(service.inboxUrl, email, 2);
    const proven = await ask('POST', '/profile/email/proof/confirm', { body: { token: tokenIn(mail?.text ?? '') } });

    expect(proven).toEqual({ status: 'email-proven' });
    expect(await ask('GET', path, { token })).not.toHaveProperty('email_deliverable');
  });
});
