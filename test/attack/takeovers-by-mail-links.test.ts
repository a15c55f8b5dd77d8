import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { beginEmailChange, confirmEmailChange } from '../support/email-change.ts';
import { everyRoute } from '../support/fixtures.ts';
import {
  GOOD_PASSWORD,
  newestToken,
  recoveryToken,
  resetPassword,
  revokeRecovery,
  signIn,
  signInByMail,
  signUp,
  signUpSomebody,
} from '../support/journeys.ts';
import { bearer, type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { requestTextPlaces } from '../support/text-places.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'what the link has set';
const INVALID_TOKEN = { status: 400, body: { code: 'invalid-token' } };

/** CVE-2026-134315: links of mails acted on another account than the one that they were mailed for. */
describe('the link of a mail', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  /** Which of two passwords an address signs in with. */
  const passwordOf = async (email: string): Promise<string | undefined> => {
    for (const password of [GOOD_PASSWORD, NEW_PASSWORD])
      if ((await signIn(world, email, password)).status === 200) return password;
    return undefined;
  };

  it('is taken in eleven fields of the manifest', () => {
    const fields = everyRoute().flatMap((one) =>
      requestTextPlaces(one).map((path) => `${one.contract.flow}.${path.join('.')}`),
    );

    const tokens = fields.filter(
      (field) => field.endsWith('token') && !/(?:refresh|device|captcha)_token$|^revoke-token\./.test(field), // those are of sessions
    );
    expect(tokens.toSorted()).toEqual([
      'cancel-deletion.token', // changes nothing but that the account stays: test/functions/cancel-deletion
      'check-reset-token.reset_token',
      'complete-sign-up.token',
      'confirm-email-change.token',
      'confirm-email-proof.token',
      'download-export.token', // reads the account that asked for it: test/functions/export-account
      'reset-password.token',
      'revoke-recovery.token',
      'revoke-sign-in.token', // takes away, and opens nothing: test/functions/revoke-sign-in
      'sign-in.link_token', // proves nothing, and is one address's: test/attack/sign-in-links
      'undo-change.token', // bound to one account and change: test/attack/undo
    ]);
  });

  const completeSignUp = (token: string, changes: EventChanges = {}): Promise<Answer> =>
    world.call(
      'complete-sign-up',
      loadEvent('complete-sign-up/json', { ...jsonBody({ token, password: NEW_PASSWORD }), ...changes }),
    );
  const requestSignUp = async (email: string): Promise<string> => {
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
    await world.deliver();
    return newestToken(world, email);
  };

  it('opens the account of its own address, also in the browser of somebody who is signed in', async () => {
    const signedIn = await signUpSomebody(world);
    const token = await requestSignUp('invited@example.com');

    const answer = await completeSignUp(token, bearer(signedIn.access_token));

    expect(answer.status).toBe(200);
    expect(answer.body.account_id).not.toBe(signedIn.account_id);
    expect(await passwordOf(signedIn.email)).toBe(GOOD_PASSWORD);
    expect(await passwordOf('invited@example.com')).toBe(NEW_PASSWORD);
  });

  it('of a sign-up opens nothing where the address has an account by now, and leaves that one alone', async () => {
    const older = await requestSignUp('two-mails@example.com');
    await signUp(world, 'two-mails@example.com');

    const answer = await completeSignUp(older);

    expect(answer).toMatchObject(INVALID_TOKEN);
    expect(await passwordOf('two-mails@example.com')).toBe(GOOD_PASSWORD);
  });

  it('that confirms an address does so for the account that asked, also in the browser of somebody else who is signed in', async () => {
    const [owner, visitor] = [await signUpSomebody(world), await signUpSomebody(world)];
    const tokens = await beginEmailChange(world, owner, 'moved@example.com');

    await confirmEmailChange(world, tokens.old, bearer(visitor.access_token));
    const answer = await confirmEmailChange(world, tokens.new, bearer(visitor.access_token));

    expect(answer.body.status).toBe('email-changed');
    expect((await signInByMail(world, 'moved@example.com')).body.account_id).toBe(owner.account_id);
    expect((await signIn(world, visitor.email)).body.account_id).toBe(visitor.account_id);
  });

  it('that was sent to an address which another account has by now changes nothing for either', async () => {
    const owner = await signUpSomebody(world);
    const tokens = await beginEmailChange(world, owner, 'passed-on@example.com');
    await resetPassword(world, await recoveryToken(world, owner.email), NEW_PASSWORD);
    const next = await signUp(world, 'passed-on@example.com');

    const answers = [await confirmEmailChange(world, tokens.new), await revokeRecovery(world, tokens.new)];

    expect(answers).toMatchObject([INVALID_TOKEN, INVALID_TOKEN]);
    expect((await signIn(world, 'passed-on@example.com')).body.account_id).toBe(next.account_id);
    expect(await passwordOf(owner.email)).toBe(NEW_PASSWORD);
  });

  it('of one account does nothing to another, however the two are mixed up', async () => {
    const [one, other] = [await signUpSomebody(world), await signUpSomebody(world)];
    const [ofOne, ofOther] = [await recoveryToken(world, one.email), await recoveryToken(world, other.email)];
    const mixed = `${ofOne.slice(0, 13)}${ofOther.slice(13)}`;

    const answers = [
      await resetPassword(world, mixed, NEW_PASSWORD),
      await revokeRecovery(world, mixed),
      await completeSignUp(ofOne),
      await world.call(
        'reset-password',
        loadEvent('reset-password/form', formBody(`token=${ofOther}&token=${ofOne}&new_password=${NEW_PASSWORD}`)),
      ),
    ];

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect([await passwordOf(one.email), await passwordOf(other.email)]).toEqual([GOOD_PASSWORD, GOOD_PASSWORD]);
    expect((await resetPassword(world, ofOne, NEW_PASSWORD)).status).toBe(200);
    expect([await passwordOf(one.email), await passwordOf(other.email)]).toEqual([NEW_PASSWORD, GOOD_PASSWORD]);
  });
});
