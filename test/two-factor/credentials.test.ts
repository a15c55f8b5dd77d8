import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPasswordWrite, setPasswordWrite } from '../../shared/account/passwords.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type Credentials, makeCredentials } from '../../shared/two-factor/credentials.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { signUp } from '../support/journeys.ts';
import { startWorld, type World } from '../support/world.ts';

describe('credentials', () => {
  let world: World;
  let dynamo: Dynamo;
  let credentials: Credentials;
  let accountId: string;

  beforeAll(async () => {
    world = await startWorld();
    dynamo = connectDynamo({ config: { tables: world.tables }, clock: world.clock, randomness: csprng });
    credentials = makeCredentials({ dynamo });
    accountId = (await signUp(world, 'ada@example.com')).account_id;
  });
  afterAll(() => world.close());

  const phcOf = async (id: string) =>
    (await world.rows('credentials')).find(({ pk, sk }) => pk === `ACCOUNT#${id}` && sk === 'PASSWORD')?.phc;

  it('finds an account and its hash by the address', async () => {
    const found = await credentials.findForSignIn({ email: 'ada@example.com', decoyId: csprng.uuid() });

    expect(found).toMatchObject({
      accountId,
      candidate: { account: { accountId, email: 'ada@example.com', epoch: 1 }, phc: await phcOf(accountId) },
    });
  });

  it('reads as much for an address that nobody has, under the id that stands in', async () => {
    const decoyId = csprng.uuid();
    let found: unknown;

    const known = await operationsDuring(world.proxy, () =>
      credentials.findForSignIn({ email: 'ada@example.com', decoyId }),
    );
    const unknown = await operationsDuring(world.proxy, async () => {
      found = await credentials.findForSignIn({ email: 'nobody@example.com', decoyId });
    });

    expect(found).toEqual({ accountId: decoyId, candidate: null });
    expect(unknown).toEqual(known);
  });

  it('sets no first password over one that is there', async () => {
    const before = await phcOf(accountId);

    const result = await dynamo.transact([createPasswordWrite({ accountId, phc: 'another', epoch: 1 })]);

    expect(result.won).toBe(false);
    expect(await phcOf(accountId)).toBe(before);
  });

  it('sets no new password where there never was one', async () => {
    const nobody = csprng.uuid();

    const result = await dynamo.transact([setPasswordWrite({ accountId: nobody, phc: 'another', epoch: 2 })]);

    expect(result.won).toBe(false);
    expect(await phcOf(nobody)).toBeUndefined();
  });

  it('renews a hash only over the one that it was made for', async () => {
    const from = String(await phcOf(accountId));

    await credentials.rehash({ accountId, from: 'one that was replaced meanwhile', to: 'late' });
    const kept = await phcOf(accountId);
    await credentials.rehash({ accountId, from, to: 'renewed' });

    expect(kept).toBe(from);
    expect(await phcOf(accountId)).toBe('renewed');
  });

  it('renews no hash of an account that has none', async () => {
    const nobody = csprng.uuid();

    await credentials.rehash({ accountId: nobody, from: 'any', to: 'renewed' });

    expect(await phcOf(nobody)).toBeUndefined();
  });
});
