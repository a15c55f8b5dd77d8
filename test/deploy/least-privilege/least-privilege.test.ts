import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canaryEmail } from '../../../shared/contract/canary.ts';
import { ROOT_FOLDER } from '../places.ts';
import { CANARY_FLOW, canaryAccountId } from './canary-function.ts';
import { readFlowGrants } from './flow-grants.ts';
import {
  allowedCallsOf,
  DEPLOYED_CONTRACTS,
  declaredCallsOf,
  mailFrom,
  messageTo,
  otherKeyring,
  TABLE_NAMES,
} from './forbidden-calls.ts';
import { type Grant, grantsOf, withoutGrant } from './grants.ts';
import { findingKey, writeGrantsTable } from './grants-table.ts';
import { isReadAtColdStart, planOf } from './plans.ts';
import { isAllowed, openAsRole, type RoleClients } from './role-clients.ts';
import { scan } from './row-calls.ts';
import { openService } from './service.ts';
import { openSurroundings } from './surroundings.ts';
import { openTrials, type Trials } from './trials.ts';
import { verifyAddress } from './verify-address.ts';

interface CdkJson {
  context: { keyturn: { sender: string } };
}

const surroundings = await openSurroundings();
const { deployment, tableNames } = surroundings;
const { newEmail, newPhoneNumber } = openService(surroundings);
const { KeyringArn = '', MailEventsTopicArn = '' } = deployment.outputs;
const { sender } = (JSON.parse(await readFile(join(ROOT_FOLDER, 'cdk.json'), 'utf8')) as CdkJson).context.keyturn;
const functions = await readFlowGrants(surroundings);
const findings = new Map<string, string | null>();

afterAll(async () => {
  await surroundings.rows.forgetCounters();
  surroundings.close();
  await writeGrantsTable(functions, findings);
});

const sorted = (grants: readonly Grant[]): string[] => grants.map((grant) => JSON.stringify(grant)).toSorted();

it.each(functions)('the policy of $flow can be taken apart grant by grant', ({ document }) => {
  const grants = grantsOf(document);

  const rests = grants.map((grant) => grantsOf(withoutGrant(document, grant)));

  expect(rests.map(sorted)).toEqual(grants.map((_, index) => sorted(grants.toSpliced(index, 1))));
});

const shown = functions
  .map((one) => ({ ...one, grants: one.grants.filter(({ notShown }) => notShown === null) }))
  .filter(({ grants }) => grants.length > 0);

describe.each(shown)('the function of $flow', ({ flow, grants, without }) => {
  let trials: Trials;
  beforeAll(async () => {
    trials = await openTrials(surroundings, planOf(flow));
  });
  afterAll(() => surroundings.undoAll());

  it('does all of its work with what it is granted', async () => {
    const failed = await trials.firstFailure();

    expect(failed).toBeNull();
  });

  it.each([...grants])('can not do all of it without $name, and can once it has that back', async ({ grant, name }) => {
    const failed = await without(grant, async () => {
      if (!isReadAtColdStart(grant)) return trials.firstFailure(grant);
      await surroundings.restart(flow);
      return trials.firstFailure();
    });
    const worksAgain = failed && (await trials.works(failed));

    findings.set(findingKey(flow, name), failed?.name ?? null);
    expect([failed?.name, worksAgain]).toEqual([expect.any(String), true]);
  });
});

describe.each(DEPLOYED_CONTRACTS)('whoever has the credentials of the function of $flow', (contract) => {
  const { flow, trigger } = contract;
  const has = { keyring: false, mail: false, sms: false, ...contract };
  let role: RoleClients;
  beforeAll(async () => {
    role = await openAsRole(deployment, flow);
  });
  afterAll(async () => {
    role.close();
    await surroundings.undoAll();
  });

  /** @asvs 13.2.2 */
  it('can do to the rows of the tables what the contract declares, and nothing else', async () => {
    const accountId = flow === CANARY_FLOW ? await canaryAccountId(deployment) : null;
    const ofCanary = (word: string) => (word === 'EMAIL' ? canaryEmail(`${accountId}`) : `${accountId}`);

    const allowed = await allowedCallsOf(role, tableNames, ...(accountId === null ? [] : [ofCanary]));

    expect(allowed).toEqual(declaredCallsOf(contract));
  });

  if (flow === CANARY_FLOW) {
    it('can do nothing to the rows of any account but its own', async () => {
      expect(await allowedCallsOf(role, tableNames)).toEqual([]);
    });
  }

  it('can not read a table at large', async () => {
    const scans = await Promise.all(TABLE_NAMES.map((table) => isAllowed(scan(role.dynamo, tableNames[table]))));

    expect(scans).toEqual(TABLE_NAMES.map(() => false));
  });

  it(`can ${has.keyring ? '' : 'not '}read the keyring`, async () => {
    const read = await isAllowed(role.secrets.send(new GetSecretValueCommand({ SecretId: KeyringArn })));

    expect(read).toBe(has.keyring);
  });

  // The flow that may do this shows it by its probe; here the call would change the keyring.
  if (trigger !== 'rotation') {
    it('can not write the keyring', async () => {
      const written = await isAllowed(role.secrets.send(otherKeyring(KeyringArn)));

      expect(written).toBe(false);
    });
  }

  it(`can ${has.mail ? '' : 'not '}send mail, and never as somebody else`, async () => {
    const sent = await isAllowed(role.ses.send(mailFrom(sender)));
    const sentAsOther = await isAllowed(role.ses.send(mailFrom(`other-${sender}`)));

    expect([sent, sentAsOther]).toEqual([has.mail, false]);
  });

  if (has.mail) {
    it("can send mail in SES's sandbox, where the recipient is an identity that SES asks for too", async () => {
      const recipient = newEmail();
      await verifyAddress(surroundings, recipient);

      const sent = await isAllowed(role.ses.send(mailFrom(sender, recipient)));

      expect(sent).toBe(true);
    });
  }

  it(`can ${has.sms ? '' : 'not '}send SMS, and never publish to a topic`, async () => {
    const sent = await isAllowed(role.sns.send(messageTo({ PhoneNumber: newPhoneNumber() })));
    const published = await isAllowed(role.sns.send(messageTo({ TopicArn: MailEventsTopicArn })));

    expect([sent, published]).toEqual([has.sms, false]);
  });
});
