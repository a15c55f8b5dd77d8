import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { waitForMails } from '../http-suite/target.ts';
import { makeDartClient } from '../support/dart-client.ts';
import { tokenIn } from '../support/journeys.ts';
import { deployStack, synthesize } from './cdk.ts';
import { type Deployment, openDeployment } from './deployment.ts';

const UPDATE_TIMEOUT_MS = 180_000;
const PASSWORD = 'correct horse battery';

let deployment: Deployment;
let app: ReturnType<typeof makeDartClient>;

beforeAll(async () => {
  deployment = await openDeployment();
  app = makeDartClient(deployment.apiUrl, '127.91.0.1');
});

const newAddress = (): string => `update-${randomBytes(6).toString('hex')}@example.com`;

const subjectOfSignUp = async (email: string): Promise<{ subject: string; token: string }> => {
  await app.postMap('/accounts', { email });
  const [mail] = await waitForMails(deployment.inboxUrl, email, 1);
  return { subject: mail?.subject ?? '', token: tokenIn(mail?.text ?? '') };
};

describe('an update of the deployed stack', () => {
  it(
    'brings a changed setting into effect and keeps the accounts',
    async () => {
      const email = newAddress();
      const before = await subjectOfSignUp(email);
      await app.postMap('/accounts/complete', { token: before.token, password: PASSWORD });

      await synthesize(deployment, { productName: 'Another Name' });
      const outputs = await deployStack(deployment);
      const after = await subjectOfSignUp(newAddress());
      const signedIn = await app.postMap('/sessions', { email, password: PASSWORD });

      expect(outputs).toEqual(deployment.outputs);
      expect(before.subject).not.toContain('Another Name');
      expect(after.subject).toContain('Another Name');
      expect(signedIn.status).toBe(200);
    },
    UPDATE_TIMEOUT_MS,
  );
});
