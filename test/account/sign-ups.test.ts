import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../shared/account/accounts.ts';
import { reserveEmailWrite } from '../../shared/account/email-claims.ts';
import { makeSignUps, type PendingSignUp, type SignUps } from '../../shared/account/sign-ups.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { storedRows } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { startWorld, type World } from '../support/world.ts';

const DAY = 24 * 3600;

describe('sign-ups', () => {
  let world: World;
  let signUps: SignUps;
  let dynamo: Dynamo;
  let made = 0;

  beforeAll(async () => {
    world = await startWorld();
    dynamo = connectDynamo({ config: { tables: world.tables }, clock: world.clock, randomness: csprng });
    signUps = makeSignUps({ dynamo, clock: world.clock });
  });
  afterAll(() => world.close());

  const issued = async (changes: Partial<PendingSignUp> = {}): Promise<PendingSignUp> => {
    made += 1;
    const signUp = { tokenHash: `hash-${made}`, email: `reader-${made}@example.com`, locale: null, ...changes };
    const { tokenHash, email, locale } = signUp;
    const expiresAtEpochSeconds = world.clock.nowSeconds() + DAY;
    const row = { schemaVersion: 2, email, locale, expiresAtEpochSeconds };
    await putRows(world, 'tokens', [{ pk: `SIGN_UP#${tokenHash}`, sk: 'TOKEN', ...row }]);
    return signUp;
  };
  const accountFor = ({ email }: PendingSignUp): Account => ({
    accountId: csprng.uuid(),
    email,
    epoch: 1,
    phone: null,
    revokedSessions: {},
    claims: {},
    metadata: {},
    profileVersion: 1,
    createdAtEpochSeconds: world.clock.nowSeconds(),
    updatedAtEpochSeconds: world.clock.nowSeconds(),
  });
  const complete = (signUp: PendingSignUp, account = accountFor(signUp)) =>
    signUps.complete({ signUp, account, phc: 'a hash', writes: [] });

  it('take no address that its owner gave up lately, until the second in which its reservation ends', async () => {
    const first = await issued();
    const owner = accountFor(first);
    await complete(first, owner);
    const until = world.clock.nowSeconds() + 60;
    const reserved = await dynamo.transact([reserveEmailWrite(owner, until)]);
    const again = await issued({ email: first.email });

    const early = [await signUps.find(again.tokenHash), await complete(again)];
    world.clock.advance(60);

    expect(reserved.won).toBe(true);
    expect(early).toEqual([null, false]);
    expect(await signUps.find(again.tokenHash)).toEqual(again);
    expect(await complete(again)).toBe(true);
  });

  it('finds what was issued, until the second of its end', async () => {
    const signUp = await issued({ locale: 'de-AT' });

    const found = [await signUps.find(signUp.tokenHash)];
    world.clock.advance(DAY - 1);
    found.push(await signUps.find(signUp.tokenHash));
    world.clock.advance(1);
    found.push(await signUps.find(signUp.tokenHash));

    expect(found).toEqual([signUp, signUp, null]);
  });

  it('finds nothing under a hash that was never issued', async () => {
    expect(await signUps.find('no such hash')).toBeNull();
  });

  it('finds nothing any more once the address has an account', async () => {
    const first = await issued({ email: 'taken@example.com' });
    const second = await issued({ email: 'taken@example.com' });

    const won = await complete(first);

    expect(won).toBe(true);
    expect([await signUps.find(first.tokenHash), await signUps.find(second.tokenHash)]).toEqual([null, null]);
  });

  it('is completed by one of fifty with one token', async () => {
    const signUp = await issued();

    const won = await withoutTimeouts(() => Promise.all(Array.from({ length: 50 }, () => complete(signUp))));

    expect(won.filter(Boolean)).toHaveLength(1);
    const accounts = (await world.rows('accounts')).filter(
      ({ sk, email }) => sk === 'ACCOUNT' && email === signUp.email,
    );
    expect(accounts).toHaveLength(1);
  });

  /** @asvs 2.3.4 */
  it('is completed by one of ten tokens for one address', async () => {
    const rivals = await Promise.all(Array.from({ length: 10 }, () => issued({ email: 'rivals@example.com' })));

    const won = await Promise.all(rivals.map((signUp) => complete(signUp)));

    expect(won.filter(Boolean)).toHaveLength(1);
  });

  it('is not completed in the second of its end, though its row is there', async () => {
    const signUp = await issued();
    world.clock.advance(DAY);
    const before = await storedRows(world);

    const won = await complete(signUp);

    expect(won).toBe(false);
    expect(await storedRows(world)).toEqual(before);
  });

  it.each([
    ['the token', (signUp: PendingSignUp) => ({ ...signUp, tokenHash: 'no such hash' }), undefined],
    ['the id of the account', (signUp: PendingSignUp) => signUp, 'taken'],
  ] as const)('writes nothing when it is %s that is refused', async (_, changed, id) => {
    const owner = await issued();
    const taken = accountFor(owner);
    await complete(owner, taken);
    const signUp = changed(await issued());
    const before = await storedRows(world);

    const account = { ...accountFor(signUp), ...(id && { accountId: taken.accountId }) };
    const won = await complete(signUp, account);

    expect(won).toBe(false);
    expect(await storedRows(world)).toEqual(before);
  });
});
