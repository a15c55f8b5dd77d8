import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { waitForMails } from '../http-suite/target.ts';
import { makeDartClient } from '../support/dart-client.ts';
import { tokenIn } from '../support/journeys.ts';
import { callQuery } from './aws-call.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { bounceOf } from './mail-event.ts';

const PASSWORD = 'correct horse battery';
const MARK_TIMEOUT_MS = 20_000;

describe('what SES tells the deployed stack of mail', () => {
  let deployment: Deployment;
  let app: ReturnType<typeof makeDartClient>;

  beforeAll(async () => {
    deployment = await openDeployment();
    app = makeDartClient(deployment.apiUrl, '127.92.0.1');
  });

  const signUp = async () => {
    const email = `feedback-${randomBytes(6).toString('hex')}@example.com`;
    await app.postMap('/accounts', { email });
    const [mail] = await waitForMails(deployment.inboxUrl, email, 1);
    const { text } = await app.postMap('/accounts/complete', { token: tokenIn(mail?.text ?? ''), password: PASSWORD });
    const { account_id: accountId, access_token: token } = JSON.parse(text) as Record<string, string>;
    return { email, accountId: accountId ?? '', token: token ?? '' };
  };

  const tell = (Message: string) =>
    callQuery(deployment, {
      service: 'sns',
      version: '2010-03-31',
      Action: 'Publish',
      TopicArn: deployment.outputs.MailEventsTopicArn ?? '',
      Message,
    });

  const ask = async (method: string, path: string, token: string) => {
    const answer = await fetch(`${deployment.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    return (await answer.json()) as { email_deliverable?: boolean; status?: string };
  };

  it('marks an address by the topic and its function, and lets its owner win it back', async () => {
    const { email, accountId, token } = await signUp();
    const readProfile = () => ask('GET', `/profile/${accountId}`, token);

    await tell(await bounceOf(deployment, { accountId, email }));
    const deadline = Date.now() + MARK_TIMEOUT_MS;
    while ((await readProfile()).email_deliverable !== false && Date.now() < deadline) await sleep(200);
    expect((await readProfile()).email_deliverable).toBe(false);

    expect((await ask('POST', '/profile/email/proof', token)).status).toBe('accepted');
    const [mail] = await waitForMails(deployment.inboxUrl, email, 2);
    const proof = tokenIn(mail?.text ?? '');
    const proven = await app.postMap('/profile/email/proof/confirm', { token: proof });
    expect(JSON.parse(proven.text)).toEqual({ status: 'email-proven' });
    expect(await readProfile()).not.toHaveProperty('email_deliverable');
  });
});
