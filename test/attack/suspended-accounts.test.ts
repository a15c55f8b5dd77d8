import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readsAuthorization } from '../../shared/contract/reads-authorization.ts';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { HELD_KINDS, type HeldTokens, holdEveryToken } from '../support/every-token.ts';
import { everyRoute, fieldsOf } from '../support/fixtures.ts';
import {
  askForSignInLink,
  GOOD_PASSWORD,
  recoveryToken,
  resetPassword,
  signIn,
  signInLink,
  signUpSomebody,
  tokenIn,
} from '../support/journeys.ts';
import { bearer, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { act } from '../support/operator.ts';
import { addAuthenticator, challengeOf, totpCode } from '../support/second-factor.ts';
import { eventsOf } from '../support/stored.ts';
import { putAt, requestTextPlaces } from '../support/text-places.ts';
import { accountOf, undo, undoToken } from '../support/undo.ts';
import { accountWithApp, giveCode } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a newer and better one';

const SUSPENDED = { status: 403, body: { code: 'not-allowed', hint: 'account-suspended' } };

/** What opens an account, or a way to it. */
const OPENS = /"(?:access_token|refresh_token|challenge_token|device_token|step_up_token|phone_proof)"/;

/** docs/adr/0067: no caller gets into a suspended account, by any way. */
describe('a suspended account', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const livingSessions = async (accountId: string) => {
    const { epoch } = await accountOf(world, accountId);
    const rows = await world.rows('tokens');
    return rows.filter((row) => row.accountId === accountId && row.sessionId !== undefined && row.epoch === epoch);
  };

  describe('with every token that it had', () => {
    let owner: HeldTokens['owner'];
    let tokens: HeldTokens['tokens'];

    beforeAll(async () => {
      ({ owner, tokens } = await holdEveryToken(world));
      await act(world, 'suspend', owner.account_id);
    });

    const bearers = everyRoute()
      .filter(({ contract }) => readsAuthorization(contract))
      .flatMap((one) => HELD_KINDS.map((kind) => ({ ...one, kind })));

    it.each(bearers)(
      'gives nothing that opens it at $routeKey to the bearer of its $kind',
      async ({ contract, fixture, kind }) => {
        const changes = { ...bearer(tokens[kind]), 'pathParameters.user_id': owner.account_id };

        const answer = await world.call(contract.flow, loadEvent(fixture, changes));

        // A verification that names no account proves a number, and nothing of this one.
        expect(answer.text).not.toMatch(contract.flow === 'request-verification' ? /_token"/ : OPENS);
        expect(await livingSessions(owner.account_id)).toEqual([]);
      },
    );

    const fields = everyRoute().flatMap((one) =>
      requestTextPlaces(one).flatMap((path) =>
        HELD_KINDS.map((kind) => ({ ...one, path, field: path.join('.'), kind })),
      ),
    );

    it.each([
      'sign-in',
      'refresh-session',
      'reset-password',
      'check-reset-token',
      'confirm-email-change',
      'verify-code',
      'complete-sign-up',
    ])('gives nothing that opens it at %s, whichever of its tokens stands in whichever field', async (flow) => {
      const cases = fields.filter(({ contract }) => contract.flow === flow);
      expect(cases.length).toBeGreaterThan(0);
      for (const { fixture, path, kind } of cases.filter(
        (one) => !(one.kind === 'sign-up token' && one.field === 'token'),
      )) {
        const answer = await world.call(
          flow,
          loadEvent(fixture, jsonBody({ ...fieldsOf(fixture), ...putAt(path, tokens[kind]) })),
        );
        expect(answer.text).not.toMatch(OPENS);
      }
      expect(await livingSessions(owner.account_id)).toEqual([]);
    });
  });

  describe('at sign-in', () => {
    it('is told past the right password, with a second factor on too: no challenge begins and no code goes out', async () => {
      const { email, account_id: id } = await accountWithApp(world);
      await act(world, 'suspend', id);

      const answer = await signIn(world, email);

      expect(answer).toMatchObject(SUSPENDED);
      expect(answer.text).not.toMatch(OPENS);
      expect(answer.cookies).toBeUndefined();
      expect((await eventsOf(world, id)).at(-1)).toMatchObject({ type: 'sign-in-refused' });
    });

    it('is as ever for a wrong password, whatever passes it brings', async () => {
      const { email, account_id: id, device_token: deviceToken } = await signUpSomebody(world);
      const linkToken = await signInLink(world, email);
      await act(world, 'suspend', id);

      const answers = [
        await signIn(world, email, 'not the password'),
        await signIn(world, email, 'not the password', { deviceToken, linkToken }),
        await signIn(world, 'nobody@example.com', 'not the password'),
      ];

      expect(new Set(answers.map(({ text }) => text.replace(/"instance":"[^"]*"/, ''))).size).toBe(1);
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    });

    it('is not entered with a known device, nor with a link', async () => {
      const { email, account_id: id, device_token: deviceToken } = await signUpSomebody(world);
      const linkToken = await signInLink(world, email);
      await act(world, 'suspend', id);

      expect(await signIn(world, email, GOOD_PASSWORD, { deviceToken, linkToken })).toMatchObject(SUSPENDED);
      expect(await livingSessions(id)).toEqual([]);
    });

    it.each([
      ['before the session begins', '"SESSION#'],
      ['before the challenge begins', '"VERIFICATION#'],
    ])('is not entered by a sign-in that has read it before: suspended %s', async (_, text) => {
      const hasApp = text.includes('VERIFICATION');
      const person = hasApp ? await accountWithApp(world) : await signUpSomebody(world);
      const { email, account_id: id } = person;
      const fits = ({ operation, body }: DynamoCall) =>
        operation === 'TransactWriteItems' && JSON.stringify(body).includes(text);
      world.proxy.interrupt({ fits, meanwhile: () => act(world, 'suspend', id) });

      const answer = await signIn(world, email);

      expect([answer.status, await livingSessions(id)]).toEqual([401, []]);
    });

    it('is not entered with the code of a challenge that had begun, also where it is suspended as the code is taken', async () => {
      const one = await accountWithApp(world);
      const challenge = await challengeOf(world, one.email);
      await act(world, 'suspend', one.account_id);
      expect(await giveCode(world, totpCode(world, one.secret), { token: challenge })).toMatchObject({
        status: 400,
        body: { code: 'invalid-code' },
      });

      const other = await accountWithApp(world);
      const token = await challengeOf(world, other.email);
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes('"SESSION#'),
        meanwhile: () => act(world, 'suspend', other.account_id),
      });
      expect((await giveCode(world, totpCode(world, other.secret), { token })).status).toBe(400);
      expect(await livingSessions(other.account_id)).toEqual([]);
    });
  });

  describe('by mail', () => {
    const tokensMailed = async (email: string) =>
      (await world.mailsTo(email)).filter(({ text }) => /\/ui\/(?:reset|sign-in-link)/.test(text)).length;

    it('gets no token to set a password and no link, while the answers are as ever', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await act(world, 'suspend', id);
      const ask = () => world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));

      expect([(await ask()).status, (await askForSignInLink(world, email)).status]).toEqual([200, 200]);
      await world.deliver();
      expect(await tokensMailed(email)).toBe(0);

      await act(world, 'lift', id);
      await ask();
      await world.deliver();
      expect(await tokensMailed(email)).toBe(1);
    });

    it('is not opened by what was asked for before, and is delivered after', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));
      await act(world, 'suspend', id);
      await world.deliver();

      expect(await tokensMailed(email)).toBe(0);
    });

    it('stays closed after a token of before, also once it is lifted', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      const token = await recoveryToken(world, email);
      await act(world, 'suspend', id);
      expect((await resetPassword(world, token, NEW_PASSWORD)).status).toBe(400);
      await act(world, 'lift', id);

      expect((await resetPassword(world, token, NEW_PASSWORD)).status).toBe(400);
    });
  });

  it('keeps the owner’s veto: an undo works, and its password opens nothing before the suspension is lifted', async () => {
    const owner = await signUpSomebody(world);
    const { email, account_id: id } = owner;
    await addAuthenticator(world, owner);
    const token = await undoToken(world, email);
    await act(world, 'suspend', id);

    expect((await undo(world, token)).status).toBe(200);
    await world.deliver();
    const [mail] = (await world.mailsTo(email)).filter(({ text }) => text.includes('/ui/reset'));
    expect((await resetPassword(world, tokenIn(mail?.text ?? ''), NEW_PASSWORD)).status).toBe(200);
    expect(await signIn(world, email, NEW_PASSWORD)).toMatchObject(SUSPENDED);
    expect(await livingSessions(id)).toEqual([]);

    await act(world, 'lift', id);
    expect((await signIn(world, email, NEW_PASSWORD)).status).toBe(200);
  });

  it('is no way to a second account of the same address', async () => {
    const { email, account_id: id } = await signUpSomebody(world);
    await act(world, 'suspend', id);
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
    await world.deliver();

    expect((await world.mailsTo(email)).map(({ subject }) => subject)).toContain(
      'You already have an account with Bookshelf',
    );
  });
});
