import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { beginEmailChange, cancelEmailChange, changeEmail, confirmEmailChange } from '../support/email-change.ts';
import {
  getProfile,
  newAddress,
  newestToken,
  openAccount,
  recoveryToken,
  refresh,
  resetPassword,
  signIn,
  signInByMail,
  signUp,
  signUpSomebody,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { eventsOf } from '../support/stored.ts';
import { undo, undoToken } from '../support/undo.ts';
import { startWorld, type World } from '../support/world.ts';

const DAY_SECONDS = 24 * 60 * 60;

const REFUSED = { status: 400, body: { code: 'invalid-token' } };

describe('confirm-email-change', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const pendingOf = async (owner: Parameters<typeof getProfile>[1]) =>
    (await getProfile(world, owner)).body.pending?.email;

  /** An account, another address, and what both were mailed. */
  const openChange = async () => {
    const owner = await signUpSomebody(world);
    const email = newAddress();
    return { owner, email, tokens: await beginEmailChange(world, owner, email) };
  };

  it.each([
    ['the old address first', ['old', 'new']],
    ['the new address first', ['new', 'old']],
  ] as const)('changes the address once both have confirmed, %s', async (_, [first, last]) => {
    const { owner, email, tokens } = await openChange();
    const expiresAt = new Date((world.clock.nowSeconds() + DAY_SECONDS) * 1000).toISOString().replace('.000', '');

    const half = await confirmEmailChange(world, tokens[first]);
    const pending = await pendingOf(owner);
    const whole = await confirmEmailChange(world, tokens[last]);

    expect(half).toMatchObject({ status: 200 });
    expect(half.body).toEqual({
      status: 'confirmed',
      confirmed: first,
      confirmed_by: [first],
      open: [last],
      expires_at: expiresAt,
    });
    expect(pending).toEqual({ new: email, confirmed_by: [first], expires_at: expiresAt });
    expect(whole.body).toEqual({ status: 'email-changed', confirmed: last, confirmed_by: [first, last], open: [] });
    const signedIn = await signInByMail(world, email);
    expect(signedIn.status).toBe(200);
    const profile = await getProfile(world, signedIn.body);
    expect(profile.body).toMatchObject({ sub: owner.account_id, email, email_verified: true });
    expect(profile.body.pending).toBeUndefined();
    expect((await signIn(world, owner.email)).status).toBe(401);
  });

  /** @asvs 7.4.3, 16.3.1 */
  it('ends every session, and leaves its traces in the history', async () => {
    const { owner, tokens } = await openChange();
    await confirmEmailChange(world, tokens.new);

    await confirmEmailChange(world, tokens.old);

    expect((await getProfile(world, owner)).status).toBe(401);
    expect(await refresh(world, owner.refresh_token)).toMatchObject(REFUSED);
    expect((await eventsOf(world, owner.account_id)).map(({ type }) => type)).toEqual([
      'account-created',
      'email-change-requested',
      'email-change-confirmed',
      'email-changed',
    ]);
  });

  it('tells both addresses, and gives a link that undoes it to the old one alone', async () => {
    const { owner, email, tokens } = await openChange();
    await confirmEmailChange(world, tokens.old);
    await confirmEmailChange(world, tokens.new);

    await world.deliver();

    const [old] = await world.mailsTo(owner.email);
    const [fresh] = await world.mailsTo(email);
    expect(old?.subject).toBe('The e-mail address of your Bookshelf account was changed');
    expect(old?.text).toContain('/ui/undo?lang=en#token=');
    expect(fresh?.subject).toBe('This is now the e-mail address of your Bookshelf account');
    expect(fresh?.text).not.toContain('/ui/undo');
  });

  it('lets recovery go to the new address from then on, and none to the old one', async () => {
    const { owner, email, tokens } = await openChange();
    const before = await recoveryToken(world, owner.email);
    await confirmEmailChange(world, tokens.old);
    await confirmEmailChange(world, tokens.new);
    await world.deliver();
    const mailsToOld = (await world.mailsTo(owner.email)).length;

    await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email: owner.email })));
    const token = await recoveryToken(world, email);

    expect(await world.mailsTo(owner.email)).toHaveLength(mailsToOld);
    expect(await resetPassword(world, before, 'a much better horse')).toMatchObject(REFUSED);
    expect((await resetPassword(world, token, 'a much better horse')).status).toBe(200);
    expect((await signIn(world, email, 'a much better horse')).status).toBe(200);
  });

  it('changes nothing where one side has confirmed alone', async () => {
    const { owner, email, tokens } = await openChange();

    await confirmEmailChange(world, tokens.new);

    expect((await signIn(world, email)).status).toBe(401);
    expect((await signIn(world, owner.email)).status).toBe(200);
    expect((await getProfile(world, owner)).body.email).toBe(owner.email);
  });

  it('takes a token once: a second time confirms nothing, in the place of the other neither', async () => {
    const { tokens } = await openChange();
    await confirmEmailChange(world, tokens.old);

    expect(await confirmEmailChange(world, tokens.old)).toMatchObject(REFUSED);
    await confirmEmailChange(world, tokens.new);

    expect(await confirmEmailChange(world, tokens.old)).toMatchObject(REFUSED);
    expect(await confirmEmailChange(world, tokens.new)).toMatchObject(REFUSED);
  });

  it('takes a token a second before the change ends, and not when it does', async () => {
    const { owner, tokens } = await openChange();
    world.clock.advance(DAY_SECONDS - 1);
    const inTime = await confirmEmailChange(world, tokens.old);
    const { body: session } = await signInByMail(world, owner.email);

    world.clock.advance(1);

    expect(inTime.status).toBe(200);
    expect(await confirmEmailChange(world, tokens.new)).toMatchObject(REFUSED);
    expect(await pendingOf(session)).toBeUndefined();
  });

  it('refuses the tokens of a change that a newer one replaced', async () => {
    const { owner, tokens } = await openChange();
    const newer = newAddress();

    const next = await beginEmailChange(world, owner, newer);

    expect(await confirmEmailChange(world, tokens.new)).toMatchObject(REFUSED);
    expect(await confirmEmailChange(world, tokens.old)).toMatchObject(REFUSED);
    await confirmEmailChange(world, next.old);
    expect((await confirmEmailChange(world, next.new)).body.status).toBe('email-changed');
    expect((await signIn(world, newer)).status).toBe(200);
  });

  it('refuses the tokens of a change that was asked for before the password was reset', async () => {
    const { owner, tokens } = await openChange();
    await confirmEmailChange(world, tokens.new);
    const recovery = await recoveryToken(world, owner.email);

    await resetPassword(world, recovery, 'a much better horse');

    expect(await confirmEmailChange(world, tokens.old)).toMatchObject(REFUSED);
    const { body: session } = await signIn(world, owner.email, 'a much better horse');
    expect(await pendingOf(session)).toBeUndefined();
  });

  it.each(['a text that is no token', '0'.repeat(26), ''])('refuses %j', async (token) => {
    expect(await confirmEmailChange(world, token)).toMatchObject(REFUSED);
  });

  it('reads as much for a token that is unknown as for one whose change has ended', async () => {
    const { tokens } = await openChange();
    await cancelEmailChange(world, tokens.old);
    const callsFor = async (token: string) => {
      const before = world.proxy.calls.length;
      await confirmEmailChange(world, token);
      return world.proxy.calls.slice(before).map(({ operation }) => operation);
    };

    expect(await callsFor('0'.repeat(26))).toEqual(await callsFor(tokens.new));
  });

  describe('cancelled', () => {
    it.each(['old', 'new'] as const)('by the link of the %s address, is not to be confirmed any more', async (side) => {
      const { owner, email, tokens } = await openChange();
      await confirmEmailChange(world, tokens.new);

      const answer = await cancelEmailChange(world, tokens[side]);

      expect(answer).toMatchObject({ status: 200, body: { status: 'email-change-cancelled' } });
      expect(await confirmEmailChange(world, tokens.old)).toMatchObject(REFUSED);
      expect(await cancelEmailChange(world, tokens.new)).toMatchObject(REFUSED);
      expect((await getProfile(world, owner)).body).toMatchObject({ email: owner.email });
      expect(await pendingOf(owner)).toBeUndefined();
      expect((await signIn(world, email)).status).toBe(401);
    });

    it('wins over a confirmation of the same moment, that of a veto being the last word', async () => {
      const { owner, email, tokens } = await openChange();
      const fits = ({ operation, body }: { operation: string; body: unknown }) =>
        operation === 'TransactWriteItems' && JSON.stringify(body).includes('email-change-cancelled');
      world.proxy.interrupt({ fits, meanwhile: () => confirmEmailChange(world, tokens.old) });

      const answer = await cancelEmailChange(world, tokens.new);

      expect(answer.status).toBe(200);
      expect(await confirmEmailChange(world, tokens.new)).toMatchObject(REFUSED);
      expect((await signIn(world, email)).status).toBe(401);
      expect((await signIn(world, owner.email)).status).toBe(200);
    });
  });

  describe('under races', () => {
    it('switches once for fifty confirmations at once, whichever side sends them', async () => {
      const { owner, email, tokens } = await openChange();

      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => confirmEmailChange(world, index % 2 ? tokens.old : tokens.new)),
      );

      const statuses = answers.filter(({ status }) => status === 200).map(({ body }) => body.status);
      expect(statuses).toHaveLength(2);
      expect(new Set(statuses)).toEqual(new Set(['confirmed', 'email-changed']));
      expect((await signIn(world, email)).status).toBe(200);
      const types = (await eventsOf(world, owner.account_id)).map(({ type }) => type);
      expect(types.filter((type) => type === 'email-changed')).toHaveLength(1);
    });

    /** Every claim of an address names an account that has it, or had it and may have it back. */
    const orphans = async (): Promise<unknown[]> => {
      const rows = await world.rows('accounts');
      const emails = new Map(
        rows.filter(({ sk }) => sk === 'ACCOUNT').map(({ accountId, email }) => [accountId, email]),
      );
      return rows.filter(
        ({ pk, sk, accountId, expiresAtEpochSeconds }) =>
          sk === 'CLAIM' &&
          String(pk).startsWith('EMAIL#') &&
          (expiresAtEpochSeconds === undefined) !== (pk === `EMAIL#${String(emails.get(accountId))}`),
      );
    };

    it('gives an address that two accounts want to one, and the other keeps its own and is told', async () => {
      const email = newAddress();
      const [one, other] = [await signUpSomebody(world), await signUpSomebody(world)];
      const changes = [
        { owner: one, tokens: await beginEmailChange(world, one, email) },
        { owner: other, tokens: await beginEmailChange(world, other, email) },
      ];
      for (const { tokens } of changes) await confirmEmailChange(world, tokens.old);

      const answers = await Promise.all(changes.map(({ tokens }) => confirmEmailChange(world, tokens.new)));

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
      const loser = answers[0]?.status === 409 ? one : other;
      const winner = loser === one ? other : one;
      expect((await signInByMail(world, email)).body.account_id).toBe(winner.account_id);
      expect((await signInByMail(world, loser.email)).body.account_id).toBe(loser.account_id);
      expect((await getProfile(world, loser)).body).toMatchObject({ email: loser.email });
      expect(await pendingOf(loser)).toBeUndefined();
      expect(await orphans()).toEqual([]);
      await world.deliver();
      expect((await world.mailsTo(loser.email))[0]?.subject).toBe(
        'The e-mail address of your Bookshelf account stays as it is',
      );
    });

    it('changes nothing where the address has got an account since both were mailed', async () => {
      const { owner, email, tokens } = await openChange();
      await confirmEmailChange(world, tokens.new);
      const settler = await signUp(world, email);

      const answer = await confirmEmailChange(world, tokens.old);

      expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(await confirmEmailChange(world, tokens.old)).toMatchObject(REFUSED);
      expect((await signIn(world, email)).body.account_id).toBe(settler.account_id);
      expect((await getProfile(world, owner)).body.email).toBe(owner.email);
      expect(await orphans()).toEqual([]);
    });
  });

  it('is undone by the link to the old address, which the account then has again, and which refuses changes for a day', async () => {
    const { owner, email, tokens } = await openChange();
    await confirmEmailChange(world, tokens.new);
    await confirmEmailChange(world, tokens.old);
    const { body: thief } = await signInByMail(world, email);
    await changeEmail(world, thief, newAddress());

    const answer = await undo(world, await undoToken(world, owner.email));

    expect(answer.status).toBe(200);
    expect((await getProfile(world, thief)).status).toBe(401);
    expect((await signIn(world, email)).status).toBe(401);
    const { body: session } = await signInByMail(world, owner.email);
    expect((await getProfile(world, session)).body).toMatchObject({ sub: owner.account_id, email: owner.email });
    expect(await pendingOf(session)).toBeUndefined();
    expect(await changeEmail(world, session, newAddress())).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await signUp(world, email)).account_id).not.toBe(owner.account_id);
  });

  it('leaves no token and no address in logs, and no token in tables', async () => {
    const { owner, email, tokens } = await openChange();
    await confirmEmailChange(world, tokens.old);
    const answer = await confirmEmailChange(world, tokens.new);

    expect(
      leaksIn(world.logs, { old: tokens.old, new: tokens.new, oldAddress: owner.email, newAddress: email }),
    ).toEqual([]);
    expect(JSON.stringify(await world.rows('tokens'))).not.toMatch(new RegExp(`${tokens.old}|${tokens.new}`));
    expect(answer.text).not.toContain(email);
  });

  it('redirects the form of the page to its outcome', async () => {
    const { tokens } = await openChange();
    const form = { ...formBody({ token: tokens.old }), 'headers.accept': 'text/html' };

    const answer = await world.call('confirm-email-change', loadEvent('confirm-email-change/form', form));

    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/ui/confirm-email?outcome=done');
  });

  describe('the mails', () => {
    it('go to the two addresses, each with a token of its own, and bring the same ones when asked for again', async () => {
      const { owner, email, tokens } = await openChange();

      await changeEmail(world, owner, email);
      await world.deliver();

      expect(tokens.old).not.toBe(tokens.new);
      expect(await newestToken(world, owner.email)).toBe(tokens.old);
      expect(await newestToken(world, email)).toBe(tokens.new);
      expect((await confirmEmailChange(world, tokens.old)).status).toBe(200);
      await changeEmail(world, owner, email);
      const mailsToOld = (await world.mailsTo(owner.email)).length;
      await world.deliver();
      expect(await world.mailsTo(owner.email)).toHaveLength(mailsToOld); // its side has confirmed
    });

    it('are not sent for a change that has ended before they are', async () => {
      const { email, session } = await openAccount(world);
      const address = newAddress();
      await changeEmail(world, session, address);
      await changeEmail(world, session, email);

      expect(await world.deliver()).toBe(0);

      expect(await world.mailsTo(address)).toEqual([]);
    });
  });
});
