import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteAccount, GRACE, keepAccount, keepToken, keepTokens } from '../support/deletion.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { openAccount, recoveryToken, refresh, signIn, signInByMail } from '../support/journeys.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { eventsOf, everyRow } from '../support/stored.ts';
import { openTwoFactorOwner } from '../support/two-factor-journeys.ts';
import { accountOf } from '../support/undo.ts';
import { startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-token' } };

describe('cancel-deletion', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  /** An account that is to be deleted, with the token that keeps it. */
  const leaver = async () => {
    const { email, session } = await openAccount(world);
    await deleteAccount(world, session);
    return { email, session, token: await keepToken(world, email) };
  };

  it('keeps the account as it was, and takes it off the list', async () => {
    const { email, session, token } = await leaver();

    const answer = await keepAccount(world, token);

    expect(answer).toMatchObject({ status: 200, body: { status: 'account-kept' } });
    expect((await accountOf(world, session.account_id)).deletion).toBeUndefined();
    expect(
      (await world.rows('accounts')).filter(
        ({ accountId, pk }) => pk === 'DELETION#DUE' && accountId === session.account_id,
      ),
    ).toEqual([]);
    expect(await signIn(world, email)).toMatchObject({ status: 200 });
    expect((await eventsOf(world, session.account_id)).map(({ type }) => type)).toContain('deletion-cancelled');
  });

  it('brings no session back: who asked for the deletion stays out', async () => {
    const { session, token } = await leaver();

    await keepAccount(world, token);

    expect(await refresh(world, session.refresh_token)).toMatchObject({ status: 400 });
  });

  it('tells the owner', async () => {
    const { email, token } = await leaver();

    await keepAccount(world, token);
    await world.deliver();

    expect((await world.mailsTo(email))[0]?.subject).toBe('Your Bookshelf account will not be deleted');
  });

  it('needs no second factor: it opens nothing, and what it prevents can not be taken back', async () => {
    const { email, session } = await openTwoFactorOwner(world);
    await deleteAccount(world, session);

    expect(await keepAccount(world, await keepToken(world, email))).toMatchObject({ status: 200 });
  });

  it('is posted by a browser without scripts, which sees the outcome', async () => {
    const { token } = await leaver();

    const changes = { ...formBody({ token }), 'headers.accept': 'text/html' };
    const answer = await world.call('cancel-deletion', loadEvent('cancel-deletion/form', changes));

    expect(answer).toMatchObject({ status: 303, headers: { location: expect.stringContaining('/ui/keep-account') } });
  });

  it('works for one of any number of requests at the same time', async () => {
    const { email, token } = await leaver();

    const answers = await Promise.all(Array.from({ length: 5 }, () => keepAccount(world, token)));
    await world.deliver();

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await world.mailsTo(email)).filter(({ subject }) => subject.includes('will not'))).toHaveLength(1);
  });

  it('works until the last second, and not in the one after it', async () => {
    const early = await leaver();
    const late = await leaver();
    world.clock.advance(GRACE - 1);

    expect(await keepAccount(world, early.token)).toMatchObject({ status: 200 });
    world.clock.advance(1);
    expect(await keepAccount(world, late.token)).toMatchObject(INVALID);
  });

  it('is refused a used link, also for a deletion that was asked for anew', async () => {
    const { email, token } = await leaver();
    await keepAccount(world, token);
    const { body: session } = await signInByMail(world, email);
    await deleteAccount(world, session);
    const before = await everyRow(world);

    expect(await keepAccount(world, token)).toMatchObject(INVALID);
    expect(await everyRow(world)).toEqual(before);
    const [second] = await keepTokens(world, email);
    expect(await keepAccount(world, second ?? '')).toMatchObject({ status: 200 });
  });

  it('keeps the account of its own mail and no other', async () => {
    const one = await leaver();
    const other = await leaver();

    await keepAccount(world, one.token);

    expect((await accountOf(world, other.session.account_id)).deletion).toBeDefined();
  });

  it('takes no token of another kind, with the same reads for one that is none', async () => {
    const { email } = await leaver();
    const recovery = await recoveryToken(world, email);
    const used = (token: string) => operationsDuring(world.proxy, async () => void (await keepAccount(world, token)));

    expect(await keepAccount(world, recovery)).toMatchObject(INVALID);
    expect(await used(recovery)).toEqual(await used('0'.repeat(26)));
  });
});
