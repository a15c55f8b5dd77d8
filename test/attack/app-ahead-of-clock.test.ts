import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asOwner } from '../support/fixtures.ts';
import { signIn, signUpSomebody } from '../support/journeys.ts';
import { loadEvent } from '../support/load-event.ts';
import { countFailures } from '../support/lock-causes.ts';
import { addAuthenticator, challengeOf, totpCode } from '../support/second-factor.ts';
import { eventsOf } from '../support/stored.ts';
import { noticesTo, proveAgain, speak } from '../support/two-factor-journeys.ts';
import { giveCode, wrongTotp } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const HOUR = 3600;
const SUBJECT = 'Codes from your authenticator app for Bookshelf are being refused';

/**
 * @see RFC 6238 §5.2: an accepted step is never accepted again, so a clock that was ahead locks an app out until then.
 */
describe('an app whose last accepted step lies in the future', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  /** An account whose app was added while the clock was ahead; the clock has been corrected. */
  const addedAhead = async (aheadSeconds = HOUR) => {
    world.clock.advance(aheadSeconds);
    const owner = await signUpSomebody(world);
    const app = await addAuthenticator(world, owner);
    await world.deliver();
    world.clock.advance(-aheadSeconds);
    return { ...owner, ...app };
  };
  const signInWith = async (email: string, code: string): Promise<Answer> =>
    giveCode(world, code, { token: await challengeOf(world, email) });
  const told = async ({ email, account_id: id }: { email: string; account_id: string }) => {
    const entries = (await eventsOf(world, id)).filter(({ type }) => type === 'authenticator-ahead');
    const mails = (await noticesTo(world, email)).filter((subject) => subject === SUBJECT);
    return { entries: entries.length, mails: mails.length };
  };
  const linesDuring = async (something: () => Promise<unknown>): Promise<Record<string, unknown>[]> => {
    const from = world.logs.length;
    await something();
    return world.logs
      .slice(from)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ event }) => event === 'authenticator-ahead');
  };

  it('tells its owner once, by mail and in the history, and the log each time; its codes stay refused', async () => {
    const owner = await addedAhead();
    const answers: Answer[] = [];

    const lines = await linesDuring(async () => {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        answers.push(await signInWith(owner.email, totpCode(world, owner.secret)));
        world.clock.advance(30);
      }
    });

    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(Array(3).fill('400 invalid-code'));
    expect(lines).toEqual(
      Array(3).fill(expect.objectContaining({ level: 'warn', account_id: owner.account_id, outcome: 'refused' })),
    );
    expect(await told(owner)).toEqual({ entries: 1, mails: 1 });
    const [mail] = await world.mailsTo(owner.email);
    expect(mail?.text.replace(/\s+/g, ' ')).toContain('accepted again from 21 November 2026, 10:01 (UTC)');
  });

  it('answers a right code as a wrong one', async () => {
    const owner = await addedAhead();

    const wrong = await signInWith(owner.email, wrongTotp(world, owner.secret));
    const right = await signInWith(owner.email, totpCode(world, owner.secret));

    expect(right).toEqual(wrong);
  });

  it('is told of once by any number of right codes at the same moment', async () => {
    const owner = await addedAhead();
    const tokens = await Promise.all(Array.from({ length: 6 }, () => challengeOf(world, owner.email)));

    await Promise.all(tokens.map((token) => giveCode(world, totpCode(world, owner.secret), { token })));

    expect(await told(owner)).toEqual({ entries: 1, mails: 1 });
  });

  it('is told of by its right code alone: not by the password, not by a wrong code, not while apps are locked', async () => {
    const owner = await addedAhead();
    const { account_id: accountId } = owner;

    const lines = await linesDuring(async () => {
      await signIn(world, owner.email, 'not the password');
      await signIn(world, owner.email);
      await signInWith(owner.email, wrongTotp(world, owner.secret));
      await signInWith(owner.email, '!');
      await countFailures(world, { accountId, factor: 'totp', used: 20 });
      await signInWith(owner.email, totpCode(world, owner.secret));
    });

    expect(lines).toEqual([]);
    expect(await told(owner)).toEqual({ entries: 0, mails: 0 });
  });

  it('is told of where a session is proven again with it', async () => {
    const owner = await addedAhead();
    const session = await signInWith(owner.email, owner.recoveryCodes[0] ?? '');

    const lines = await linesDuring(() => proveAgain(world, session.body, { code: totpCode(world, owner.secret) }));

    expect(lines).toHaveLength(1);
    expect(await told(owner)).toEqual({ entries: 1, mails: 1 });
  });

  it('works again from the instant that the mail names', async () => {
    const owner = await addedAhead();
    await signInWith(owner.email, totpCode(world, owner.secret));

    world.clock.advance(HOUR - 1);
    const before = await signInWith(owner.email, totpCode(world, owner.secret));
    world.clock.advance(31);
    const after = await signInWith(owner.email, totpCode(world, owner.secret));

    expect([before.status, after.status]).toEqual([400, 200]);
  });

  it('works at once after it is removed and added again', async () => {
    const owner = await addedAhead();
    await signInWith(owner.email, totpCode(world, owner.secret));

    const session = (await signInWith(owner.email, owner.recoveryCodes[0] ?? '')).body;
    const removed = await world.call(
      'remove-factor',
      loadEvent('remove-factor/delete', { ...asOwner(session), 'pathParameters.factor': owner.id }),
    );
    const added = await addAuthenticator(world, removed.body.session);
    world.clock.advance(30);

    expect((await signInWith(owner.email, totpCode(world, added.secret))).status).toBe(200);
  });

  it('is told of anew where the clock is ahead another time', async () => {
    const owner = await addedAhead();
    await signInWith(owner.email, totpCode(world, owner.secret));
    expect(await told(owner)).toEqual({ entries: 1, mails: 1 });

    world.clock.advance(3 * HOUR);
    expect((await signInWith(owner.email, totpCode(world, owner.secret))).status).toBe(200);
    world.clock.advance(-HOUR);
    await signInWith(owner.email, totpCode(world, owner.secret));
    await signInWith(owner.email, totpCode(world, owner.secret));

    expect(await told(owner)).toEqual({ entries: 2, mails: 2 });
  });

  it('tells nobody of an ordinary replay, nor of a clock that is set back by less than a step', async () => {
    const owner = await addedAhead(0);
    const code = totpCode(world, owner.secret);

    const lines = await linesDuring(async () => {
      await signInWith(owner.email, code);
      world.clock.advance(-20);
      await signInWith(owner.email, totpCode(world, owner.secret));
    });
    world.clock.advance(20);

    expect(lines).toEqual([]);
    expect(await told(owner)).toEqual({ entries: 0, mails: 0 });
  });

  it('tells a German reader in German', async () => {
    const owner = await addedAhead();
    await speak(world, owner, 'de-AT');

    await signInWith(owner.email, totpCode(world, owner.secret));

    expect((await noticesTo(world, owner.email))[0]).toBe(
      'Codes Ihrer Authenticator-App für Bookshelf werden derzeit abgelehnt',
    );
  });
});
