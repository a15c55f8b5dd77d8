import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import { type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { LEASE_SECONDS } from '../../shared/outbox/outbox.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { oneTimeTokenOf } from '../../shared/primitives/one-time-token.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { shapesDuring } from '../support/dynamo-shape.ts';
import { fromSource } from '../support/fixtures.ts';
import { checkResetToken, recoveryTokens, resetPassword, signUpSomebody } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { deliverBatch, insertOf, waitingIntents } from '../support/outbox-stream.ts';
import { newRoot } from '../support/signing-keys.ts';
import { eventsOf, everythingStored } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { logged } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';
const LIFE_SECONDS = DEFAULTS.tokens.recoverySeconds;
const HALF_LIFE_SECONDS = LIFE_SECONDS / 2;

/** @see docs/adr/0030-the-same-secret-again.md */
describe('an address that strangers ask recovery for', () => {
  let world: World;
  let sources = 0;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: { signUp: { perSource: { max: 1000, windowSeconds: 3600 } } } } });
  });
  afterAll(() => world.close());

  /** Asks from a source that has not asked before. */
  const ask = async (email: string) => {
    sources += 1;
    const source = fromSource(
      `198.${18 + Math.floor(sources / 62_500)}.${Math.floor(sources / 250) % 250}.${sources % 250}`,
    );
    return world.call('request-recovery', loadEvent('request-recovery/json', { ...jsonBody({ email }), ...source }));
  };
  const askAndDeliver = async (email: string): Promise<void> => {
    await ask(email);
    await world.deliver();
  };
  const mailedTokens = async (email: string): Promise<string[]> => recoveryTokens(world, email);
  /** Seconds that a token still lives; 0 for one that is not good. */
  const lifeOf = async (token: string): Promise<number> => {
    const answer = await checkResetToken(world, token);
    return answer.status === 200 ? Date.parse(answer.body.expires_at) / 1000 - world.clock.nowSeconds() : 0;
  };
  const latestOf = async (accountId: string) =>
    (await world.rows('tokens')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'RECOVERY') ?? {};

  it('leaves its owner, at every minute of an hour of flood, a mail whose token lives for another quarter of an hour', async () => {
    const { email } = await signUpSomebody(world);
    const lives: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      for (let request = 0; request < 3; request += 1) await ask(email);
      await world.deliver();
      // The owner comes, asks as well, and takes the newest mail there is.
      expect((await ask(email)).status).toBe(200);
      await world.deliver();
      lives.push(await lifeOf((await mailedTokens(email))[0] ?? ''));
      world.clock.advance(60);
    }

    const mails = await mailedTokens(email);
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(HALF_LIFE_SECONDS - 60);
    expect(mails.length).toBeLessThanOrEqual(8);
    world.clock.advance(-60);
    expect((await resetPassword(world, mails[0] ?? '', NEW_PASSWORD)).status).toBe(200);
    await world.deliver();
  }, 120_000);

  it("voids nothing in its owner's hand: the first token is good for all of its life", async () => {
    const { email } = await signUpSomebody(world);
    await askAndDeliver(email);
    const [first = ''] = await mailedTokens(email);
    for (let seconds = 0; seconds < LIFE_SECONDS - 60; seconds += 60) {
      world.clock.advance(60);
      await askAndDeliver(email);
    }
    world.clock.advance(59);

    expect(await lifeOf(first)).toBe(1);
    expect((await resetPassword(world, first, NEW_PASSWORD)).status).toBe(200);
    await world.deliver();
  });

  it('costs the same work in the request, known or not, within the spacing or not', async () => {
    const { email } = await signUpSomebody(world);
    const first = await shapesDuring(world.proxy, () => ask(email));
    await world.deliver();

    const spaced = await shapesDuring(world.proxy, () => ask(email));
    const unknown = await shapesDuring(world.proxy, () =>
      ask('u'.repeat(email.indexOf('@')) + email.slice(email.indexOf('@'))),
    );

    expect(spaced).toEqual(first);
    expect(unknown).toEqual(first);
    await world.deliver();
  });

  describe('while a mail of it can not be handed to SES', () => {
    it('keeps nobody without one: after a final refusal the next request is mailed at once', async () => {
      const { email } = await signUpSomebody(world);
      await world.setFault({ service: 'ses', next: 1, error: 'MessageRejected' });
      await askAndDeliver(email);
      const refused = (await mailedTokens(email)).length;

      await askAndDeliver(email);

      expect([refused, (await mailedTokens(email)).length]).toEqual([0, 1]);
      expect(logged(world, 'dead-letter').at(-1)?.error_name).toBe('MessageRejected');
    });

    it('mails the same token when it is tried again, in one line of the history', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await world.setFault({ service: 'ses', next: 2, error: 'Throttling' });
      await askAndDeliver(email);
      const { tokenHash } = await latestOf(accountId);
      await world.deliver();
      await world.deliver();

      expect((await mailedTokens(email)).map(sha256)).toEqual([tokenHash]);
      const events = (await eventsOf(world, accountId)).filter(({ type }) => type === 'recovery-mail-issued');
      expect(events).toHaveLength(1);
    });

    it('begins a second token where the first was handed to nobody for half of its life', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await world.setFault({ service: 'ses', next: 1, error: 'MessageRejected' });
      await askAndDeliver(email);
      const { tokenHash } = await latestOf(accountId);
      world.clock.advance(HALF_LIFE_SECONDS);
      await askAndDeliver(email);

      const [token = ''] = await mailedTokens(email);
      expect(sha256(token)).not.toBe(tokenHash);
      expect(await lifeOf(token)).toBe(LIFE_SECONDS);
    });

    it('waits for a delivery that crashed with the mail no longer than its lease', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await askAndDeliver(email);
      const latest = await latestOf(accountId);
      const { handedAtEpochSeconds: _, spacingSeconds: __, ...unsent } = latest;
      const sendingUntilMs = world.clock.nowMs() + LEASE_SECONDS * 1000;
      await putRows(world, 'tokens', [{ ...unsent, sendingIntentId: 'crashed', sendingUntilMs }]);
      await ask(email);

      const tooEarly = [await world.deliver(), (await mailedTokens(email)).length];
      world.clock.advance(LEASE_SECONDS);
      const later = [await world.deliver(), (await mailedTokens(email)).length];

      expect([tooEarly, later]).toEqual([
        [1, 1],
        [0, 2],
      ]);
    });
  });

  it('is mailed once however often the record of a request comes', async () => {
    const { email } = await signUpSomebody(world);
    await ask(email);
    const pk = (await waitingIntents(world)).at(-1); // behind those that were given up

    await deliverBatch(world, [insertOf(pk), insertOf(pk, '2')]);
    await deliverBatch(world, [insertOf(pk), insertOf(pk, '2')]);

    expect(await mailedTokens(email)).toHaveLength(1);
    expect(await waitingIntents(world)).not.toContain(pk);
  });

  it('gets another token after a change that raised its epoch, and at once', async () => {
    const { email, account_id: accountId } = await signUpSomebody(world);
    await askAndDeliver(email);
    const [account] = (await world.rows('accounts')).filter(
      ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT',
    );
    await putRows(world, 'accounts', [{ ...account, epoch: Number(account?.epoch) + 1 }]);

    await askAndDeliver(email);

    const [next = '', former = '', ...others] = await mailedTokens(email);
    expect([others, next === former]).toEqual([[], false]);
    expect([await lifeOf(former), await lifeOf(next)]).toEqual([0, LIFE_SECONDS]);
  });

  it('keeps the same token while the keyring is rotated, and begins a second one where its root was taken out', async () => {
    const { email } = await signUpSomebody(world);
    const before = readFileSync(world.keyringFile, 'utf8');
    const { roots, signingKeys } = JSON.parse(before) as KeyringDocument;
    const publish = async (next: KeyringDocument['roots']) => {
      writeFileSync(world.keyringFile, JSON.stringify({ roots: next, signingKeys }));
      world.clock.advance(301); // a running function reads its keyring again
      await world.deliver();
      await ask('somebody-else@example.com');
      await world.deliver();
    };
    await askAndDeliver(email);
    await publish([...roots, newRoot(roots.length + 1)]);
    await askAndDeliver(email);
    const rotated = await mailedTokens(email);
    await publish([newRoot(roots.length + 1)]);
    await askAndDeliver(email);
    const withdrawn = await mailedTokens(email);
    writeFileSync(world.keyringFile, before);
    world.clock.advance(301);
    await ask('somebody-else@example.com');
    await world.deliver();

    expect(new Set(rotated).size).toBe(1);
    expect([withdrawn.length, new Set(withdrawn).size]).toEqual([3, 2]);
    expect(await lifeOf(rotated[0] ?? '')).toBeGreaterThan(0);
  });

  it('lives on with a token that release 0.1.0 drew: it lives out beside the next', async () => {
    const { email, account_id: accountId } = await signUpSomebody(world);
    const drawn = oneTimeTokenOf(csprng.bytes(26));
    const expiresAtEpochSeconds = world.clock.nowSeconds() + LIFE_SECONDS;
    const [stamp, tokenHash] = [{ schemaVersion: 2, expiresAtEpochSeconds }, sha256(drawn)];
    await putRows(world, 'tokens', [
      { pk: `RECOVERY#${tokenHash}`, sk: 'TOKEN', ...stamp, accountId, epoch: 1 },
      {
        pk: `ACCOUNT#${accountId}`,
        sk: 'RECOVERY',
        ...stamp,
        tokenHash,
        intentId: csprng.uuid(),
        requestedAtMs: world.clock.nowMs(),
      },
    ]);

    await askAndDeliver(email);

    const [next = ''] = await mailedTokens(email);
    expect([await lifeOf(drawn), await lifeOf(next)]).toEqual([LIFE_SECONDS, LIFE_SECONDS]);
    expect((await resetPassword(world, drawn, NEW_PASSWORD)).status).toBe(200);
    expect(await lifeOf(next)).toBe(0);
    await world.deliver();
  });

  it('has no token that a reader of the tables alone or of the keyring alone could have: it takes both', async () => {
    const { email, account_id: accountId } = await signUpSomebody(world);
    await askAndDeliver(email);
    const [token = ''] = await mailedTokens(email);
    const { salt, epoch } = await latestOf(accountId);
    const stolen: KeyringDocument = JSON.parse(readFileSync(world.keyringFile, 'utf8'));
    const binding = { purpose: 'recovery-token', row: accountId, epoch: Number(epoch), destination: email } as const;
    const readerWith = (document: KeyringDocument) =>
      makeDerivedSecrets({ keyring: makeKeyring(document), randomness: csprng });
    const others = { ...stolen, roots: stolen.roots.map(({ version }) => newRoot(version)) };

    const both = await readerWith(stolen).token(String(salt), binding);
    const tables = await readerWith(others).token(String(salt), binding);
    const keyring = await readerWith(stolen).token(readerWith(stolen).newSalt(), binding);

    expect(both).toBe(token);
    expect([tables, keyring]).not.toContain(token);
    expect(Buffer.from(String(salt).split('.')[1] ?? '', 'base64url')).toHaveLength(32);
    const grouped = token.match(/.{1,4}/g)?.join('-') ?? '';
    expect(leaksIn(await everythingStored(world), { token, grouped })).toEqual([]);
    expect(leaksIn(world.logs, { token, grouped, salt: String(salt), email })).toEqual([]);
  });

  it('never sees a value again that was used', async () => {
    const { email, account_id: accountId } = await signUpSomebody(world);
    const [seen, salts] = [new Set<string>(), new Set<unknown>()];
    for (let round = 0; round < 4; round += 1) {
      await askAndDeliver(email);
      const [token = ''] = await mailedTokens(email);
      salts.add((await latestOf(accountId)).salt);
      seen.add(token);
      await resetPassword(world, token, `${NEW_PASSWORD} ${round}`);
      await world.deliver();
    }

    expect([seen.size, salts.size]).toEqual([4, 4]);
  });
});
