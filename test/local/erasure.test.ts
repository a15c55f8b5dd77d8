import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GOOD_PASSWORD, tokenIn } from '../support/journeys.ts';
import { type RunningService, removeData, startRunningService } from '../support/running-service.ts';

const WEEK_SECONDS = 7 * 24 * 60 * 60;

describe('an account that is deleted on a laptop', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startRunningService();
  });
  afterAll(async () => {
    await service.stop();
    removeData(service);
  });

  const post = async (path: string, fields: Record<string, string>) => {
    const answer = await fetch(`${service.apiUrl}${path}`, { method: 'POST', body: new URLSearchParams(fields) });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const newestMail = async (email: string, subject: string): Promise<string> => {
    for (;;) {
      const answer = await fetch(`${service.inboxUrl}/messages?to=${email}`);
      const mails = (await answer.json()) as { subject: string; text: string }[];
      const found = mails.find((mail) => mail.subject.includes(subject));
      if (found) return found.text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const signUp = async (email: string) => {
    await post('/accounts', { email });
    const token = tokenIn(await newestMail(email, 'sign-up'));
    return (await post('/accounts/complete', { token, password: GOOD_PASSWORD })).body;
  };

  it('is erased as soon as the clock is moved on by a week, and its address is free', async () => {
    const email = 'leaver@example.com';
    const session = await signUp(email);
    const deleted = await fetch(`${service.apiUrl}/account`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${session.access_token}` },
    });
    expect(deleted.status).toBe(200);
    expect(tokenIn(await newestMail(email, 'is to be deleted'))).toMatch(/^\w{26}$/);
    expect(await post('/sessions', { email, password: GOOD_PASSWORD })).toMatchObject({ status: 409 });

    const order = JSON.stringify({ advance_seconds: WEEK_SECONDS });
    await fetch(`${service.inboxUrl}/clock`, { method: 'PUT', body: order });
    while (!service.output().includes('"account-erased"')) await new Promise((resolve) => setTimeout(resolve, 100));

    expect(await post('/sessions', { email, password: GOOD_PASSWORD })).toMatchObject({ status: 401 });
    const lines = service
      .output()
      .split('\n')
      .filter((line) => line.includes('eras'));
    expect(lines.filter((line) => line.includes(email))).toEqual([]);
    expect(lines.join()).toContain(session.account_id);
  });
});
