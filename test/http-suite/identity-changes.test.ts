import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDartClient } from '../support/dart-client.ts';
import { tokenIn } from '../support/journeys.ts';
import { makeAppClient } from './app-client.ts';
import { openTarget, type Target, waitForMails } from './target.ts';

const PASSWORD = 'correct horse battery';
const OF_THE_THIEF = 'a horse that was stolen';

describe('changes of identity, over real HTTP', () => {
  let target: Target;
  let app: ReturnType<typeof makeDartClient>;

  beforeAll(async () => {
    target = await openTarget();
    app = makeDartClient(target.apiUrl);
  });
  afterAll(() => target.close());

  /** The token of the newest of so many mails that have one: a notice of what was undone meanwhile has none, and comes when it does. */
  const mailedToken = async (to: string, count: number): Promise<string> => {
    for (let mails = count; ; mails += 1) {
      const received = await waitForMails(target.inboxUrl, to, mails);
      const withToken = received.filter(({ text }) => text.includes('#token='));
      if (withToken.length >= count) return tokenIn(withToken[0]?.text ?? '');
    }
  };

  const mailedCode = async (to: string): Promise<string> => {
    for (let mails = 1; ; mails += 1) {
      const received = await waitForMails(target.inboxUrl, to, mails);
      const code = received.map(({ text }) => /^\d{6}$/m.exec(text)?.[0]).find(Boolean);
      if (code !== undefined) return code;
    }
  };

  const posted = async (path: string, fields: Record<string, string>) => {
    const { status, text } = await app.postMap(path, fields);
    return { status, body: JSON.parse(text) };
  };

  it('changes the address once both have confirmed, and gives the account back to the old one, which undoes it', async () => {
    const id = randomBytes(6).toString('hex');
    const [email, another] = [`reader-${id}@example.com`, `thief-${id}@example.com`];
    await posted('/accounts', { email });
    const opened = await posted('/accounts/complete', { token: await mailedToken(email, 1), password: PASSWORD });
    const { account_id: accountId, access_token: session } = opened.body;

    const asked = await app.putJson(`/profile/${accountId}`, { email: another }, session);
    const first = await posted('/profile/email/confirm', { token: await mailedToken(another, 1) });
    const second = await posted('/profile/email/confirm', { token: await mailedToken(email, 2) });
    const asking = await posted('/sessions', { email: another, password: PASSWORD });
    const code = await mailedCode(another);
    const own = makeAppClient(target.apiUrl, '127.0.0.1');
    const changed = await own('POST /verification/verify', { token: asking.body.challenge_token, body: { code } });
    const { access_token: theirs } = changed.body;
    const passwords = { current_password: PASSWORD, new_password: OF_THE_THIEF };
    const locked = await app.putJson('/account/password', passwords, theirs);

    const undone = await posted('/account/undo', { token: await mailedToken(email, 3) });
    const reset = await posted('/account/reset-password', {
      token: await mailedToken(email, 4),
      new_password: 'a much better horse',
    });
    const owner = await posted('/sessions', { email, password: 'a much better horse' });
    const thief = await posted('/sessions', { email: another, password: OF_THE_THIEF });

    expect([asked.status, JSON.parse(asked.text).pending.email.new]).toEqual([200, another]);
    expect(first).toMatchObject({ status: 200, body: { status: 'confirmed', confirmed: 'new', open: ['old'] } });
    expect(second).toMatchObject({ status: 200, body: { status: 'email-changed' } });
    expect([changed.status, locked.status]).toEqual([200, 200]);
    expect(undone).toMatchObject({ status: 200, body: { restored: ['email', 'password'] } });
    expect(reset.status).toBe(200);
    expect(owner).toMatchObject({ status: 200, body: { account_id: accountId } });
    expect(thief.status).toBe(401);
  });
});
