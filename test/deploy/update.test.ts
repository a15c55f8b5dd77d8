import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { waitForMails } from '../http-suite/target.ts';
import { makeDartClient } from '../support/dart-client.ts';
import { tokenIn } from '../support/journeys.ts';
import { deployStack, synthesize } from './cdk.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { type Called, type Reader, readReaders, readVersions } from './versions.ts';

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
  /** Before the update, and after it. */
  const versions: Map<string, Called>[] = [];
  const readers: Reader[][] = [];
  const note = async () => {
    versions.push(await readVersions(deployment));
    readers.push(await readReaders(deployment));
  };

  it(
    'brings a changed setting into effect and keeps the accounts',
    async () => {
      const email = newAddress();
      const before = await subjectOfSignUp(email);
      await app.postMap('/accounts/complete', { token: before.token, password: PASSWORD });
      await note();

      await synthesize(deployment, { productName: 'Another Name' });
      const outputs = await deployStack(deployment);
      await note();
      const after = await subjectOfSignUp(newAddress());
      const signedIn = await app.postMap('/sessions', { email, password: PASSWORD });

      expect(outputs).toEqual(deployment.outputs);
      expect(before.subject).not.toContain('Another Name');
      expect(after.subject).toContain('Another Name');
      expect(signedIn.status).toBe(200);
    },
    UPDATE_TIMEOUT_MS,
  );

  it('publishes a version of each function that changes, has it called, and leaves the one before where it was', () => {
    const [before = new Map(), after = new Map()] = versions;
    const renewed = [...after].filter(([flow, { live }]) => live !== before.get(flow)?.live);

    expect(after.size).toBe(deployment.functions.size);
    expect([...before.values(), ...after.values()].filter(({ live }) => !/^\d+$/.test(live))).toEqual([]);
    expect(renewed.map(([flow]) => flow)).toContain('deliver-messages'); // whose settings have the name
    for (const [flow, { live, published }] of renewed)
      expect(published).toEqual(expect.arrayContaining([live, before.get(flow)?.live]));
  });

  it('goes on reading the stream of messages where it was, by the same readers, each with an alias of its own', () => {
    const [before, after] = readers;

    expect(after).toEqual(before);
    expect(after?.map(({ functionArn }) => functionArn.split(':').at(-1))).toEqual(['live', 'sms-reader']);
  });
});
