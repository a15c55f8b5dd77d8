import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import { beginEmailChange, changeEmail, confirmEmailChange } from '../support/email-change.ts';
import { newAddress, signIn, signInByMail, signUp, signUpSomebody } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { startWorld, type World } from '../support/world.ts';

const NOT_YET = "This address can't be used for Bookshelf yet";
const A_TOKEN = /#token|#link|[0-9A-HJKMNP-TV-Z]{26}|(?:[0-9A-HJKMNP-TV-Z]{4}-){5}/;

describe('an address that an account gave up, and that is reserved for its undo', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  /** An account that has given its first address up. */
  const movedAccount = async () => {
    const owner = await signUpSomebody(world);
    const email = newAddress();
    const tokens = await beginEmailChange(world, owner, email);
    await confirmEmailChange(world, tokens.old);
    await confirmEmailChange(world, tokens.new);
    await world.deliver();
    const signedIn = await signInByMail(world, email);
    return { givenUp: owner.email, owner: { ...signedIn.body, email } as typeof owner };
  };

  const newestMail = async (address: string) => {
    await world.deliver();
    const [mail] = await world.mailsTo(address);
    if (!mail) throw new Error(`no mail to ${address}`);
    return mail;
  };

  const askForAccount = (email: string) => world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));

  it('gets no token for an account of its own, but a mail that says from when on it is free, to the second', async () => {
    const { givenUp } = await movedAccount();
    const until = new Date((world.clock.nowSeconds() + UNDO_SECONDS) * 1000);

    await askForAccount(givenUp);
    const told = await newestMail(givenUp);
    world.clock.advance(UNDO_SECONDS - 1);
    await askForAccount(givenUp);
    const toldAgain = await newestMail(givenUp);
    world.clock.advance(1);
    const { account_id: newcomer } = await signUp(world, givenUp);

    const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(until);
    for (const mail of [told, toldAgain]) {
      expect(mail.subject).toBe(NOT_YET);
      expect(mail.text).toContain(date);
      expect(mail.text).not.toMatch(A_TOKEN);
      expect(mail.html).not.toMatch(A_TOKEN);
    }
    expect((await signIn(world, givenUp)).body.account_id).toBe(newcomer);
  });

  it('gets none for the address of another account, who asks is answered as always, and its own account gets one', async () => {
    const { givenUp, owner } = await movedAccount();
    const [other, elsewhere] = [await signUpSomebody(world), await signUpSomebody(world)];

    const reserved = await changeEmail(world, other, givenUp);
    const told = await newestMail(givenUp);
    const free = await changeEmail(world, elsewhere, newAddress());
    const back = await beginEmailChange(world, owner, givenUp);

    expect(told.subject).toBe(NOT_YET);
    expect(told.text).not.toMatch(A_TOKEN);
    expect([reserved.status, Object.keys(reserved.body)]).toEqual([free.status, Object.keys(free.body)]);
    await confirmEmailChange(world, back.old);
    expect((await confirmEmailChange(world, back.new)).body.status).toBe('email-changed');
  });

  it('goes to no other account that was mailed a token for it before', async () => {
    const other = await signUpSomebody(world);
    const wanted = newAddress();
    const early = await beginEmailChange(world, other, wanted);
    await confirmEmailChange(world, early.old);
    const settler = await signUp(world, wanted);
    const { old, new: latest } = await beginEmailChange(world, { ...settler, email: wanted }, newAddress());
    await confirmEmailChange(world, old);
    await confirmEmailChange(world, latest);

    const answer = await confirmEmailChange(world, early.new);

    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await signIn(world, other.email)).body.account_id).toBe(other.account_id);
  });
});
