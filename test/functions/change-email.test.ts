import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smsSegments } from '../../functions/deliver-messages/sms/sms-segments.ts';
import { FRESH_SECONDS } from '../../shared/contract/lifetimes.ts';
import { shapesDuring } from '../support/dynamo-shape.ts';
import {
  beginEmailChange,
  cancelEmailChange,
  changeEmail,
  confirmEmailChange,
  type Owner,
  patchProfile,
} from '../support/email-change.ts';
import { asOwner } from '../support/fixtures.ts';
import { getProfile, newAddress, openAccount, refresh, signIn, signUpSomebody } from '../support/journeys.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator } from '../support/second-factor.ts';
import { eventsOf, everyRow, storedRows } from '../support/stored.ts';
import { openTwoFactorOwner, signInWithApp } from '../support/two-factor-journeys.ts';
import { addSms, signInBySms } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;

const STALE = { status: 401, body: { code: 'fresh-session-required' } };
const REFUSED = { status: 400, body: { code: 'invalid-token' } };

const fieldError = (field: string, code: string) => ({
  status: 400,
  body: { code: 'invalid-request', errors: [{ field, code }] },
});

describe('update-profile, with another address', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { emailChange: {} } }); // the limits as deployed
  });
  afterAll(() => world.close());

  const put = (owner: Owner, members: unknown, changes = {}) =>
    world.call(
      'update-profile',
      loadEvent('update-profile/put-json', { ...asOwner(owner), ...jsonBody(members), ...changes }),
    );

  const profileOf = async (owner: Parameters<typeof getProfile>[1]) => (await getProfile(world, owner)).body;

  describe('becomes pending', () => {
    it('with PATCH, and says so in the answer and to whom reads the profile in one read', async () => {
      const owner = await signUpSomebody(world);
      const email = newAddress();
      const pending = {
        email: {
          new: email,
          confirmed_by: [],
          expires_at: new Date((world.clock.nowSeconds() + DAY_SECONDS) * 1000).toISOString().replace('.000', ''),
        },
      };

      const answer = await changeEmail(world, owner, email, { name: 'A Reader' });

      expect(answer).toMatchObject({ status: 200, body: { email: owner.email, name: 'A Reader', pending } });
      expect(answer.body.session).toBeUndefined();
      const calls = world.proxy.calls.length;
      expect((await profileOf(owner)).pending).toEqual(pending);
      expect(world.proxy.calls.slice(calls).map(({ operation }) => operation)).toEqual(['GetItem']);
    });

    it('with PUT as JSON and as a form, which replace the rest', async () => {
      const owner = await signUpSomebody(world);
      const [email, other] = [newAddress(), newAddress()];
      await put(owner, { name: 'A Reader' });

      const json = await put(owner, { email, nickname: 'Bookworm' });
      const form = await world.call(
        'update-profile',
        loadEvent('update-profile/put-form', { ...asOwner(owner), ...formBody({ email: other, name: 'B Reader' }) }),
      );

      expect(json.body).toMatchObject({ nickname: 'Bookworm', pending: { email: { new: email } } });
      expect(json.body.name).toBeUndefined();
      expect(form.body).toMatchObject({ name: 'B Reader', pending: { email: { new: other } } });
    });

    it('in its canonical form', async () => {
      const owner = await signUpSomebody(world);

      const answer = await changeEmail(world, owner, ' New.Reader@B\u00fccher.example ');

      expect(answer.body.pending.email.new).toBe('new.reader@xn--bcher-kva.example');
    });

    it('under a tag of its own, and lets If-Match decide', async () => {
      const owner = await signUpSomebody(world);
      const { headers } = await getProfile(world, owner);

      const begun = await patchProfile(world, owner, { email: newAddress() }, { 'headers.if-match': headers.etag });
      const again = await patchProfile(world, owner, { email: newAddress() }, { 'headers.if-match': headers.etag });
      const shown = (await getProfile(world, owner)).headers.etag;
      world.clock.advance(DAY_SECONDS);
      const { body: session } = await signIn(world, owner.email);

      expect(begun.status).toBe(200);
      expect(again).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
      expect(begun.headers.etag).toBe(shown);
      expect((await getProfile(world, session)).headers.etag).not.toBe(shown); // it has ended, and no write has said so
    });

    it('once for a request that is repeated with its key', async () => {
      const owner = await signUpSomebody(world);
      const email = newAddress();
      const key = { 'headers.idempotency-key': '"one-change"' };

      const first = await patchProfile(world, owner, { email }, key);
      const second = await patchProfile(world, owner, { email }, key);

      expect(first.status).toBe(200);
      expect(second.body).toEqual(first.body);
      await world.deliver();
      expect(await world.mailsTo(email)).toHaveLength(1);
    });
  });

  /** @asvs 7.5.1 */
  describe('wants the caller to be its owner, and proven lately', () => {
    it(`refuses a session that was proven ${FRESH_SECONDS + 1} seconds ago, and says how long ago it may be`, async () => {
      const owner = await signUpSomebody(world);
      world.clock.advance(FRESH_SECONDS);
      const { body: refreshed } = await refresh(world, owner.refresh_token);
      const session = { ...owner, access_token: refreshed.access_token };
      const inTime = await changeEmail(world, session, newAddress());
      const stored = await storedRows(world);
      world.clock.advance(1);

      const late = await changeEmail(world, session, newAddress());

      expect(inTime.status).toBe(200);
      expect(late).toMatchObject(STALE);
      expect(late.headers['www-authenticate']).toContain('max_age="300"');
      expect(await storedRows(world)).toEqual(stored);
    });

    it('refuses a session without the second factor where one is on, and one that was on for a moment only', async () => {
      const owner = await openTwoFactorOwner(world);
      const email = newAddress();

      expect(await changeEmail(world, owner.firstSession, email)).toMatchObject(STALE);
      expect((await changeEmail(world, owner.session, email)).status).toBe(200);
    });

    it('refuses another account as it refuses one that there is not', async () => {
      const [owner, thief] = [await signUpSomebody(world), await signUpSomebody(world)];
      const aim = (userId: string) =>
        patchProfile(world, thief, { email: newAddress() }, { 'pathParameters.user_id': userId });

      const foreign = await aim(owner.account_id);
      const unknown = await aim('6b1f4f7e-0d53-4c9f-9f5e-3a1d2c4b5e6f');

      expect(foreign).toMatchObject({ status: 404, body: { code: 'not-found' } });
      expect(foreign.text).toBe(unknown.text);
      expect((await profileOf(owner)).pending).toBeUndefined();
    });
  });

  describe('is checked first', () => {
    it.each([
      ['a%b@example.com', 'misread-email-address'],
      ['=?utf-8?q?a?=@example.com', 'misread-email-address'],
      [['new@example.com', 'Bcc: all@example.com'].join('\r\n'), 'not-an-email-address'],
      ['<b>new</b>@example.com', 'not-an-email-address'],
      ['new\u202emoc.live@example.com', 'not-an-email-address'],
      ['"new reader"@example.com', 'not-an-email-address'],
      ['one@example.com,two@example.com', 'not-an-email-address'],
      [`${'a'.repeat(65)}@example.com`, 'not-an-email-address'],
    ])('and refused where mail to it is none: %j', async (email, code) => {
      const owner = await signUpSomebody(world);

      expect(await changeEmail(world, owner, email)).toMatchObject(fieldError('email', code));
    });

    it('and null is none', async () => {
      const owner = await signUpSomebody(world);

      expect(await patchProfile(world, owner, { email: null })).toMatchObject(fieldError('email', 'not-editable'));
    });

    it('and no other number goes beside it: each change has a proof of its own', async () => {
      const owner = await signUpSomebody(world);

      const answer = await changeEmail(world, owner, newAddress(), { phone_number: '+436641000001' });

      expect(answer).toMatchObject(fieldError('phone_number', 'not-editable'));
      expect((await profileOf(owner)).pending).toBeUndefined();
    });

    it.each([
      [{ name: 'x', email_unreachable: true }, fieldError('email', 'required')],
      [{ email_unreachable: 'maybe' }, fieldError('email_unreachable', 'wrong-type')],
    ])('and %j says nothing of an address', async (members, refused) => {
      const owner = await signUpSomebody(world);

      expect(await patchProfile(world, owner, members)).toMatchObject(refused);
    });
  });

  describe('the present one again', () => {
    it('takes a pending change back with PATCH, and its tokens with it', async () => {
      const owner = await signUpSomebody(world);
      const tokens = await beginEmailChange(world, owner, newAddress());
      world.clock.advance(FRESH_SECONDS + 1); // it changes nothing that wants a fresh session
      const { access_token } = (await signIn(world, owner.email)).body;

      const answer = await changeEmail(world, { ...owner, access_token }, owner.email, { name: 'A Reader' });

      expect(answer.body).toMatchObject({ email: owner.email, name: 'A Reader' });
      expect(answer.body.pending).toBeUndefined();
      expect(await confirmEmailChange(world, tokens.old)).toMatchObject(REFUSED);
      expect(await confirmEmailChange(world, tokens.new)).toMatchObject(REFUSED);
      expect((await eventsOf(world, owner.account_id)).map(({ type }) => type)).toContain('email-change-cancelled');
    });

    it('leaves a pending change as it is with PUT, which sends back what GET gave', async () => {
      const owner = await signUpSomebody(world);
      const email = newAddress();
      await changeEmail(world, owner, email);
      const read = await profileOf(owner);

      const answer = await put(owner, { ...read, name: 'A Reader' });

      expect(answer.body).toMatchObject({ name: 'A Reader', pending: { email: { new: email } } });
    });

    it('is not one that can be unreachable', async () => {
      const { email, session } = await openAccount(world);

      const answer = await changeEmail(world, session, email, { email_unreachable: true });

      expect(answer).toMatchObject(fieldError('email_unreachable', 'not-applicable'));
    });
  });

  describe('that has an account', () => {
    it('is answered like one that has none, after the same calls, and its owner is told', async () => {
      const [holder, one, other] = [
        await signUpSomebody(world),
        await signUpSomebody(world),
        await signUpSomebody(world),
      ];
      const free = newAddress();
      let taken: Awaited<ReturnType<typeof changeEmail>> | undefined;
      let untaken: Awaited<ReturnType<typeof changeEmail>> | undefined;

      const shapes = await shapesDuring(world.proxy, async () => {
        taken = await changeEmail(world, one, holder.email);
      });
      const freeShapes = await shapesDuring(world.proxy, async () => {
        untaken = await changeEmail(world, other, free);
      });

      const ids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g; // the session's, as a path in a condition
      expect(JSON.stringify(shapes).replace(ids, '')).toBe(JSON.stringify(freeShapes).replace(ids, ''));
      expect(taken?.status).toBe(200);
      expect(Object.keys(taken?.body.pending.email)).toEqual(Object.keys(untaken?.body.pending.email));
      await world.deliver();
      const [told] = await world.mailsTo(holder.email);
      expect(told?.subject).toBe('Your address was entered for another Bookshelf account');
      expect(told?.text).not.toContain('#token=');
      expect(told?.text).not.toContain(one.email);
      expect((await world.mailsTo(one.email))[0]?.subject).toBe(
        'Confirm that your e-mail address for Bookshelf changes',
      );
    });

    it('gets five such mails an hour, from however many accounts, and one without an account as many', async () => {
      const [holder, free] = [await signUpSomebody(world), newAddress()];
      const before = (await world.mailsTo(holder.email)).length;
      for (let account = 0; account < 3; account += 1) {
        const owner = await signUpSomebody(world);
        for (const email of [holder.email, free, holder.email, free]) {
          await changeEmail(world, owner, email);
          await world.deliver();
        }
      }

      expect(await world.mailsTo(holder.email)).toHaveLength(before + 5);
      expect(await world.mailsTo(free)).toHaveLength(5);
    });
  });

  it('is asked for ten times a day by one account, and then answered 429', async () => {
    const owner = await signUpSomebody(world);
    for (let times = 0; times < 10; times += 1) await changeEmail(world, owner, newAddress());
    const stored = await everyRow(world);

    const answer = await changeEmail(world, owner, newAddress());

    expect(answer).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(await everyRow(world)).toEqual(stored);
  });

  describe('where the old one can not be read any more', () => {
    const WAIT_SECONDS = 3 * DAY_SECONDS;
    const LONG_WAIT_SECONDS = 7 * DAY_SECONDS;

    /** An owner whose authenticator app has been on for long enough. */
    const provenOwner = async () => {
      const owner = await openTwoFactorOwner(world);
      world.clock.advance(LONG_WAIT_SECONDS);
      const session = await signInWithApp(world, owner.email, owner.secret);
      return { ...owner, ...session };
    };

    it('is changed with the new one alone after 72 hours, and not a second before, with a second factor', async () => {
      const owner = await provenOwner();
      const email = newAddress();
      const begun = await changeEmail(world, owner, email, { email_unreachable: true });
      await world.deliver();
      const [mail] = await world.mailsTo(email);
      const token = /#token=(\w+)/.exec(mail?.text ?? '')?.[1] ?? '';
      const waits = world.clock.nowSeconds() + WAIT_SECONDS;

      const confirmed = await confirmEmailChange(world, token);
      world.clock.advance(WAIT_SECONDS - 1);
      const early = await confirmEmailChange(world, token);
      world.clock.advance(1);
      const late = await confirmEmailChange(world, token);

      expect(begun.body.pending.email.waits_until).toBe(new Date(waits * 1000).toISOString().replace('.000', ''));
      expect(confirmed.body).toMatchObject({ status: 'confirmed', open: ['old'] });
      expect(early).toMatchObject(REFUSED);
      expect(late.body).toEqual({
        status: 'email-changed',
        confirmed: 'new',
        confirmed_by: ['new'],
        open: [],
      });
      expect((await signIn(world, email)).body.second_factor_required).toBe(true);
    });

    it('is changed at once where the old one can be read after all', async () => {
      const owner = await provenOwner();
      const tokens = await beginEmailChange(world, owner, newAddress(), { email_unreachable: true });

      await confirmEmailChange(world, tokens.new);

      expect((await confirmEmailChange(world, tokens.old)).body.status).toBe('email-changed');
    });

    it.each(['old', 'new'] as const)(
      'stays as it is where the link of the %s one cancels the change, until the last second',
      async (side) => {
        const owner = await provenOwner();
        const tokens = await beginEmailChange(world, owner, newAddress(), { email_unreachable: true });
        await confirmEmailChange(world, tokens.new);
        world.clock.advance(WAIT_SECONDS);

        expect((await cancelEmailChange(world, tokens[side])).status).toBe(200);

        expect(await confirmEmailChange(world, tokens.new)).toMatchObject(REFUSED);
      },
    );

    it('tells the old one when the change can go on without it, and how to stop it', async () => {
      const owner = await provenOwner();
      await beginEmailChange(world, owner, newAddress(), { email_unreachable: true });

      const [mail] = await world.mailsTo(owner.email);

      expect(mail?.subject).toBe('Your e-mail address for Bookshelf changes unless you stop it');
      expect(mail?.text).toContain('it needs no confirmation by this');
      expect(mail?.text).toContain('/ui/not-me?lang=en#link=');
    });

    it('tells the number too, in two SMS segments, with a link that cancels and confirms nothing', async () => {
      const owner = await signUpSomebody(world);
      const { phoneNumber } = await addSms(world, owner);
      world.clock.advance(60); // no SMS follows another sooner
      const session = await signInBySms(world, owner.email, phoneNumber);
      const tokens = await beginEmailChange(world, { ...session, email: owner.email }, newAddress(), {
        email_unreachable: true,
      });

      const [sms] = await world.mailsTo(phoneNumber);
      const token = /ui\/not-me\?lang=en#link=(\w{26})$/.exec(sms?.text ?? '')?.[1] ?? '';

      expect(sms?.text).toContain('is to be changed. Not you? Stop it:');
      expect(smsSegments(sms?.text ?? '').segments).toBeLessThanOrEqual(2);
      expect(await confirmEmailChange(world, token)).toMatchObject(REFUSED);
      expect((await cancelEmailChange(world, token)).body.status).toBe('email-change-cancelled');
      expect(await confirmEmailChange(world, tokens.new)).toMatchObject(REFUSED);
    });

    it('takes 7 days and the owner once more, in a fresh session, without a second factor', async () => {
      const owner = await signUpSomebody(world);
      const email = newAddress();
      const tokens = await beginEmailChange(world, owner, email, { email_unreachable: true });
      await confirmEmailChange(world, tokens.new);
      world.clock.advance(LONG_WAIT_SECONDS - 1);
      const { body: early } = await signIn(world, owner.email);
      const asked = await changeEmail(world, early, email);
      world.clock.advance(1);

      const byLink = await confirmEmailChange(world, tokens.new);
      world.clock.advance(FRESH_SECONDS);
      const stale = await changeEmail(world, early, email);
      const { body: session } = await signIn(world, owner.email);
      const byOwner = await changeEmail(world, session, email, { name: 'A Reader' });

      expect(asked.body).toMatchObject({ email: owner.email, pending: { email: { new: email } } });
      expect(byLink).toMatchObject(REFUSED);
      expect(stale.status).toBe(401);
      expect(byOwner.body).toMatchObject({ email, name: 'A Reader', session: { account_id: owner.account_id } });
      expect(byOwner.body.pending).toBeUndefined();
      expect((await getProfile(world, byOwner.body.session)).status).toBe(200);
      expect((await getProfile(world, session)).status).toBe(401);
      await world.deliver();
      expect((await world.mailsTo(owner.email))[0]?.text).toContain('/ui/undo');
    });

    it('takes as long with a factor that was added for it: whoever knows the password can add one', async () => {
      const owner = await signUpSomebody(world);
      const { secret } = await addAuthenticator(world, owner);
      const session = await signInWithApp(world, owner.email, secret);
      const waits = world.clock.nowSeconds() + LONG_WAIT_SECONDS;

      const { body } = await changeEmail(world, session, newAddress(), { email_unreachable: true });

      expect(body.pending.email.waits_until).toBe(new Date(waits * 1000).toISOString().replace('.000', ''));
    });

    it('is not changed where the new one has not confirmed, however long it takes', async () => {
      const owner = await signUpSomebody(world);
      const email = newAddress();
      await beginEmailChange(world, owner, email, { email_unreachable: true });
      world.clock.advance(LONG_WAIT_SECONDS);
      const { body: session } = await signIn(world, owner.email);

      const answer = await changeEmail(world, session, email);

      expect(answer.body).toMatchObject({ email: owner.email, pending: { email: { confirmed_by: [] } } });
    });

    it('is forgotten 7 days after the wait', async () => {
      const owner = await provenOwner();
      const tokens = await beginEmailChange(world, owner, newAddress(), { email_unreachable: true });
      await confirmEmailChange(world, tokens.new);
      world.clock.advance(WAIT_SECONDS + 7 * DAY_SECONDS);

      expect(await confirmEmailChange(world, tokens.new)).toMatchObject(REFUSED);
    });
  });
});
