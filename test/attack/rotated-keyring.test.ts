import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { challengeOf, totpCode } from '../support/second-factor.ts';
import { newRoot } from '../support/signing-keys.ts';
import { accountWithApp, askForCode, giveCode, newNumber, receiveCode, triesOf } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

/** A keyring of this age is read again before a request is handled. */
const OLD_SECONDS = 15 * 60 + 1;
const CHALLENGE_SECONDS = 600;
const STEP_SECONDS = 30;
const DAY = 24 * 60 * 60;
const RECOVERIES = 2;

describe('a rotation of the keyring', () => {
  let world: World;

  beforeAll(async () => {
    const huge = { max: 1000, windowSeconds: DAY };
    const requestRecovery = { perSource: { max: RECOVERIES, windowSeconds: DAY }, global: huge };
    world = await startWorld({ settings: { limits: { requestRecovery } } });
  });
  afterAll(() => world.close());

  const document = (): KeyringDocument => JSON.parse(readFileSync(world.keyringFile, 'utf8'));

  /** Publishes a root and moves to one second before its use. @returns moves past that second */
  const publishRoot = (): (() => void) => {
    const { roots, signingKeys } = document();
    const activeFromEpochSeconds = world.clock.nowSeconds() + OLD_SECONDS + 1;
    const next = [...roots, { ...newRoot(roots.length + 1), activeFromEpochSeconds }];
    writeFileSync(world.keyringFile, JSON.stringify({ roots: next, signingKeys }));
    world.clock.advance(OLD_SECONDS);
    return () => world.clock.advance(1);
  };

  /** An account with an app. */
  const withApp = () => accountWithApp(world, 0);

  /** Tokens that a thief of the keyring can make. */
  const forger = ({ roots, signingKeys }: KeyringDocument) =>
    makeChallengeTokens({ keyring: makeKeyring({ roots, signingKeys }) });

  it('gives nobody back what a limit has counted', async () => {
    const comesIntoUse = publishRoot();
    const ask = () =>
      world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email: 'flooded@example.com' })));
    const before = [await ask(), await ask()];

    comesIntoUse();
    const after = await ask();

    expect(before.map(({ status }) => status < 300)).toEqual([true, true]);
    expect(after.status).toBe(429);
  });

  it('ends no wait between two codes for a number', async () => {
    const comesIntoUse = publishRoot();
    const phoneNumber = newNumber();
    const before = await askForCode(world, { phoneNumber });

    comesIntoUse();
    const after = await askForCode(world, { phoneNumber });

    expect(before.status).toBe(200);
    expect(after).toMatchObject({ status: 429, headers: { 'retry-after': '29' } });
  });

  it('keeps a code that comes alone from nobody who asked before it', async () => {
    const comesIntoUse = publishRoot();
    const { code } = await receiveCode(world, { phoneNumber: newNumber() });

    comesIntoUse();
    const answer = await giveCode(world, code);

    expect(answer).toMatchObject({ status: 200, body: { proves: 'phone' } });
  });

  it('ends no challenge that the root before it signed a moment ago', async () => {
    const { email, secret } = await withApp();
    const comesIntoUse = publishRoot();
    const token = await challengeOf(world, email);

    comesIntoUse();
    const answer = await giveCode(world, totpCode(world, secret), { token });

    expect(answer).toMatchObject({ status: 200, body: { proves: 'sign-in' } });
  });

  it('takes from a thief of the keyring before it the means to sign a challenge, and to use attempts up with one', async () => {
    const { email, secret, account_id: accountId } = await withApp();
    const stolen = forger(document());
    const comesIntoUse = publishRoot();
    comesIntoUse();
    world.clock.advance(CHALLENGE_SECONDS);
    const challenge = await forger(document()).read(await challengeOf(world, email));
    if (!challenge) throw new Error('no challenge');

    const answer = await giveCode(world, totpCode(world, secret), { token: stolen.write(challenge) });

    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await triesOf(world, accountId)).toEqual({});
  });

  it('matters to no sign-in without the password: a forged signature joins the challenge of one account to no other', async () => {
    const [thief, victim] = [await withApp(), await withApp()];
    const forge = forger(document());
    const own = await forge.read(await challengeOf(world, thief.email));
    if (!own) throw new Error('no challenge');
    world.clock.advance(STEP_SECONDS); // the code that confirmed the app is used
    const code = totpCode(world, victim.secret);

    const forged = await giveCode(world, code, { token: forge.write({ ...own, accountId: victim.account_id }) });

    expect(forged).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
    const rows = await world.rows('tokens');
    const sessions = rows.filter(
      ({ pk, sk }) => pk === `ACCOUNT#${victim.account_id}` && String(sk).startsWith('SESSION#'),
    );
    expect(sessions).toHaveLength(1);
    expect((await giveCode(world, code, { token: await challengeOf(world, victim.email) })).status).toBe(200);
  });
});
