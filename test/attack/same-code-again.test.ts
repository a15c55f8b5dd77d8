import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import { type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { fromSource } from '../support/fixtures.ts';
import { GOOD_PASSWORD, signUpSomebody } from '../support/journeys.ts';
import type { EventChanges } from '../support/load-event.ts';
import { deliverBatch, insertOf, waitingIntents } from '../support/outbox-stream.ts';
import { callAs, challengeOf, newestCode } from '../support/second-factor.ts';
import { newRoot } from '../support/signing-keys.ts';
import { putRows } from '../support/table-writer.ts';
import {
  addSms,
  askForCode,
  giveCode,
  newNumber,
  otherThan,
  passQuietDay,
  receiveCode,
  triesOf,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };

let sources = 0;

/** A source address of this test alone. */
const newSource = (): EventChanges => {
  sources += 1;
  return fromSource(`198.18.3.${sources}`);
};

/** @see docs/adr/0030-the-same-secret-again.md */
describe('a code by SMS that is asked for again', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const rowOf = async (phoneNumber: string) =>
    (await world.rows('tokens')).find((row) => row.sk === 'VERIFICATION' && row.codeNumber === phoneNumber) ?? {};

  /** An account with a number and no recent failures or waits. */
  const withSms = async () => {
    const account = await signUpSomebody(world);
    const { phoneNumber } = await addSms(world, account);
    await world.deliver();
    passQuietDay(world);
    return { ...account, phoneNumber };
  };

  /** Each kind of caller: asks for a code, and gives one. */
  const callers = {
    'a sign-in': async () => {
      const { email, phoneNumber } = await withSms();
      const token = await challengeOf(world, email);
      return {
        phoneNumber,
        ask: () => receiveCode(world, { token, readAt: phoneNumber }),
        give: (code: string) => giveCode(world, code, { token }),
      };
    },
    'a session that adds a number': async () => {
      const { access_token: token } = await signUpSomebody(world);
      const phoneNumber = newNumber();
      return {
        phoneNumber,
        ask: () => receiveCode(world, { token, phoneNumber }),
        give: (code: string) => giveCode(world, code, { token, endOtherSessions: false }),
      };
    },
    anybody: async () => {
      const [phoneNumber, changes] = [newNumber(), newSource()];
      let verificationId = '';
      return {
        phoneNumber,
        ask: async () => {
          const asked = await receiveCode(world, { phoneNumber, changes });
          verificationId = asked.verificationId;
          return asked;
        },
        give: (code: string) => giveCode(world, code, { verificationId }),
      };
    },
  };
  const KINDS = Object.keys(callers) as (keyof typeof callers)[];

  describe.each(KINDS)('by %s', (kind) => {
    it('is the same one, and an SMS that comes late is right', async () => {
      const { ask, give } = await callers[kind]();

      const first = await ask();
      world.clock.advance(30);
      const second = await ask();
      world.clock.advance(60);
      const third = await ask();

      expect([second.code, third.code]).toEqual([first.code, first.code]);
      expect((await give(first.code)).status).toBe(200);
    });

    it('lives no longer for being sent again, and the answer and the message say how long that is', async () => {
      const { ask, give, phoneNumber } = await callers[kind]();

      const first = await ask();
      world.clock.advance(30);
      const second = await ask();
      const [newest] = await world.mailsTo(phoneNumber);
      world.clock.advance(SMS_CODE_SECONDS - 30);

      expect([first.answer.body.expires_in, second.answer.body.expires_in]).toEqual([600, 570]);
      expect(newest?.text).toContain('Valid 9 min.');
      expect((await give(first.code)).status).toBeGreaterThanOrEqual(400);
    });

    it('is good to the last second of the first one', async () => {
      const { ask, give } = await callers[kind]();
      const { code } = await ask();
      world.clock.advance(30);
      await ask();
      world.clock.advance(SMS_CODE_SECONDS - 31);

      const { status } = await give(code);

      expect(status).toBe(kind === 'a session that adds a number' ? 401 : 200); // its access token lives five minutes
    });

    it('gives no try back', async () => {
      const { ask, give } = await callers[kind]();
      const { code } = await ask();
      for (let tried = 0; tried < 3; tried += 1) await give(otherThan(code));
      world.clock.advance(30);
      await ask();
      for (let tried = 0; tried < 2; tried += 1) await give(otherThan(code));

      expect(await give(code)).toMatchObject(INVALID);
    });
  });

  it('is the same one for reauthenticate', async () => {
    const { email, phoneNumber } = await withSms();
    const challenge = await challengeOf(world, email);
    const { code } = await receiveCode(world, { token: challenge, readAt: phoneNumber });
    const { body: session } = await giveCode(world, code, { token: challenge });
    world.clock.advance(60);
    const token: string = session.access_token;

    const first = await receiveCode(world, { token, readAt: phoneNumber });
    world.clock.advance(120);
    const second = await receiveCode(world, { token, readAt: phoneNumber });
    const proven = await callAs(world, 'reauthenticate', 'reauthenticate/json', token, {
      body: { password: GOOD_PASSWORD, code: first.code },
    });

    expect(second.code).toBe(first.code);
    expect(proven.status).toBe(200);
  });

  it.each(['used', 'out of tries', 'expired'])('is derived anew once it is %s', async (end) => {
    const [phoneNumber, changes] = [newNumber(), newSource()];
    const first = await receiveCode(world, { phoneNumber, changes });
    const before = await rowOf(phoneNumber);
    const { verificationId } = first;
    if (end === 'used') await giveCode(world, first.code, { verificationId });
    else if (end === 'expired') world.clock.advance(SMS_CODE_SECONDS);
    else for (let tried = 0; tried < 5; tried += 1) await giveCode(world, otherThan(first.code), { verificationId });
    world.clock.advance(30);

    const second = await receiveCode(world, { phoneNumber, changes });
    const rows = (await world.rows('tokens')).filter((row) => row.codeNumber === phoneNumber);

    const salts = rows.map(({ codeSalt }) => codeSalt);
    expect(new Set([...salts, before.codeSalt]).size).toBe(2);
    expect(second.answer.body.expires_in).toBe(SMS_CODE_SECONDS);
    expect((await giveCode(world, second.code, { verificationId: second.verificationId })).status).toBe(200);
  });

  it('is another one for a session that names another number, and for one that goes back to the first', async () => {
    const { access_token: token } = await signUpSomebody(world);
    const [one, two] = [newNumber(), newNumber()];
    await receiveCode(world, { token, phoneNumber: one });
    const first = await rowOf(one);
    world.clock.advance(30);
    await receiveCode(world, { token, phoneNumber: two });
    world.clock.advance(60);

    await receiveCode(world, { token, phoneNumber: one });

    expect((await rowOf(one)).codeSalt).not.toBe(first.codeSalt);
    expect((await giveCode(world, await newestCode(world, one), { token })).status).toBe(200);
  });

  it('stays apart from a stranger who asks for the same number at another address: their guesses end nothing', async () => {
    const phoneNumber = newNumber();
    const owner = await receiveCode(world, { phoneNumber, changes: newSource() });
    world.clock.advance(30);
    const { body: stranger } = await askForCode(world, { phoneNumber, changes: newSource() });
    await world.deliver();
    const wrong = otherThan(owner.code, await newestCode(world, phoneNumber));
    for (let tried = 0; tried < 5; tried += 1) {
      await giveCode(world, wrong, { verificationId: stranger.verification_id });
    }

    expect(stranger.verification_id).not.toBe(owner.verificationId);
    expect((await giveCode(world, owner.code, { verificationId: owner.verificationId })).status).toBe(200);
  });

  it('costs a lock no failure less: the tries of its account count on', async () => {
    const { email, phoneNumber, account_id: accountId } = await withSms();
    const token = await challengeOf(world, email);
    const { code } = await receiveCode(world, { token, readAt: phoneNumber });
    await giveCode(world, otherThan(code), { token });
    world.clock.advance(30);
    await receiveCode(world, { token, readAt: phoneNumber });
    await giveCode(world, otherThan(code), { token });

    expect(await triesOf(world, accountId)).toEqual({ sms: 2 });
  });

  it('is one code when ten deliveries for it are made at once', async () => {
    const { email, phoneNumber } = await withSms();
    const token = await challengeOf(world, email);
    await askForCode(world, { token });
    const [waiting] = await world.rows('outbox');
    const copies = Array.from({ length: 9 }, (_, index) => ({
      ...waiting,
      pk: `SMS#copy-${index}`,
      intentId: `copy-${index}`,
    }));
    await putRows(world, 'outbox', copies);

    const records = (await waitingIntents(world)).map((pk, index) => insertOf(pk, String(index)));
    await deliverBatch(world, records);
    while ((await world.rows('outbox')).length > 0) await world.deliver();

    const codes = (await world.mailsTo(phoneNumber)).slice(0, -1).map(({ text }) => text.slice(0, 6));
    expect(new Set(codes).size).toBe(1);
    expect((await giveCode(world, codes[0] ?? '', { token })).status).toBe(200);
  });

  it('stays the same while the keyring is rotated, under the root that its salt names', async () => {
    const [phoneNumber, changes] = [newNumber(), newSource()];
    const first = await receiveCode(world, { phoneNumber, changes });
    const { roots, signingKeys } = JSON.parse(readFileSync(world.keyringFile, 'utf8')) as KeyringDocument;
    writeFileSync(world.keyringFile, JSON.stringify({ roots: [...roots, newRoot(roots.length + 1)], signingKeys }));
    world.clock.advance(301); // a running function reads its keyring again
    await askForCode(world, { phoneNumber: newNumber(), changes: newSource() });
    await world.deliver();

    const second = await receiveCode(world, { phoneNumber, changes });

    expect(second.code).toBe(first.code);
    expect((await giveCode(world, first.code, { verificationId: first.verificationId })).status).toBe(200);
  });

  it('takes the place of one that release 0.1.0 drew, and of one of that release beside a salt of this one', async () => {
    const [phoneNumber, changes] = [newNumber(), newSource()];
    const first = await receiveCode(world, { phoneNumber, changes });
    const row = await rowOf(phoneNumber);
    const drawn = { codeHash: `1.${csprng.bytes(32).toString('base64url')}` }; // as an older delivery left it
    await putRows(world, 'tokens', [{ ...row, ...drawn }]);
    world.clock.advance(30);

    const second = await receiveCode(world, { phoneNumber, changes });

    expect((await rowOf(phoneNumber)).codeSalt).not.toBe(row.codeSalt);
    expect(await giveCode(world, otherThan(second.code), { verificationId: first.verificationId })).toMatchObject(
      INVALID,
    );
    expect((await giveCode(world, second.code, { verificationId: first.verificationId })).status).toBe(200);
  });

  describe('for a reader', () => {
    const bindingOf = (row: Record<string, unknown>) => ({
      purpose: 'sms-code-value' as const,
      row: `${String(row.purpose)}/${String(row.verificationId)}`,
      epoch: row.epoch as number | null,
      destination: String(row.codeNumber),
    });
    const readerWith = (document: KeyringDocument) =>
      makeDerivedSecrets({ keyring: makeKeyring(document), randomness: csprng });
    const stolen = (): KeyringDocument => JSON.parse(readFileSync(world.keyringFile, 'utf8'));

    it('of the tables alone it is not to be had, nor of the keyring alone: it takes both', async () => {
      const phoneNumber = newNumber();
      const { code } = await receiveCode(world, { phoneNumber, changes: newSource() });
      const row = await rowOf(phoneNumber);
      const salt = String(row.codeSalt);
      const other = { ...stolen(), roots: stolen().roots.map(({ version }) => newRoot(version)) };

      const both = await readerWith(stolen()).code(salt, bindingOf(row));
      const tables = await Promise.all(
        Array.from({ length: 3 }, () =>
          readerWith({ ...other, roots: [newRoot(1), newRoot(2)] }).code(salt, bindingOf(row)),
        ),
      );
      const guessed = readerWith(stolen());
      const keyring = await Promise.all(
        Array.from({ length: 3 }, () => guessed.code(guessed.newSalt(), bindingOf(row))),
      );

      expect(both).toBe(code);
      expect(tables.filter((one) => one === code).length + keyring.filter((one) => one === code).length).toBe(0);
      expect(Buffer.from(salt.split('.')[1] ?? '', 'base64url')).toHaveLength(32);
      expect(JSON.stringify(row)).not.toContain(code);
    });
  });
});
