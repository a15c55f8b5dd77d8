import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { beginEmailChange, confirmEmailChange, type Owner } from '../support/email-change.ts';
import { changePassword, newAddress, signIn, signUpSomebody } from '../support/journeys.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import {
  askForProof,
  clearAddress,
  deliverable,
  historyOf,
  loseRecovery,
  mailRecovery,
  proofToken,
  proveEmail,
} from '../support/lost-mail.ts';
import { signInWithCode } from '../support/two-factor-journeys.ts';
import { addSms, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const PROOF_SECONDS = 6 * 60 * 60;

describe('a proof that mail arrives again', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  /** The owner of an address that mail does not reach, and that is on SES's list. */
  const unreachedOwner = async () => {
    const owner = await signUpSomebody(world);
    await world.deliver();
    await loseRecovery(world, owner.email, 'bounce');
    return owner;
  };

  /** The same owner in a new session. */
  const again = async ({ email }: { email: string }) => (await signIn(world, email)).body as Owner;

  const isOnSesList = async (email: string): Promise<boolean> =>
    (await fetch(`${world.inboxUrl}/v2/email/suppression/addresses/${encodeURIComponent(email)}`)).status === 200;

  it('wins the address back, on SES list and here, with one mail', async () => {
    const owner = await unreachedOwner();
    expect([await deliverable(world, owner), await isOnSesList(owner.email)]).toEqual([false, true]);

    const token = await proofToken(world, owner);
    const answer = await proveEmail(world, token);

    expect([answer.status, answer.body]).toEqual([200, { status: 'email-proven' }]);
    expect([await deliverable(world, owner), await isOnSesList(owner.email)]).toEqual([undefined, false]);
    expect((await historyOf(world, owner.account_id)).slice(-3)).toEqual([
      'email-undeliverable',
      'email-proof-requested',
      'email-proven',
    ]);
  });

  it('takes the token of a form, and leads back to the page', async () => {
    const owner = await unreachedOwner();
    const token = await proofToken(world, owner);
    const event = loadEvent('confirm-email-proof/form', { ...formBody({ token }), 'headers.accept': 'text/html' });

    const answer = await world.call('confirm-email-proof', event);

    expect([answer.status, answer.headers.location]).toEqual([303, '/ui/prove-email?outcome=done']);
    expect(await deliverable(world, owner)).toBeUndefined();
  });

  it('is not to be had for an address that nothing speaks against', async () => {
    const owner = await signUpSomebody(world);

    const answer = await askForProof(world, owner);

    expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
    expect(
      (await world.rows('outbox')).filter(({ intent }) => (intent as { kind: string }).kind === 'email-proof'),
    ).toEqual([]);
  });

  it('comes once in six hours', async () => {
    const owner = await unreachedOwner();
    await askForProof(world, owner);
    world.clock.advance(PROOF_SECONDS - 240);

    const early = await askForProof(world, await again(owner));
    world.clock.advance(240);
    const late = await askForProof(world, await again(owner));

    expect([early.status, early.body.code, early.headers['retry-after']]).toEqual([429, 'too-many-requests', '240']);
    expect(late.status).toBe(200);
  });

  it('is asked for once by any number of requests at one moment', async () => {
    const owner = await unreachedOwner();

    const answers = await Promise.all(Array.from({ length: 6 }, () => askForProof(world, owner)));

    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 429, 429, 429, 429, 429,
    ]);
  });

  it('wins once with any number of requests with its token', async () => {
    const owner = await unreachedOwner();
    const token = await proofToken(world, owner);

    const answers = await Promise.all(Array.from({ length: 6 }, () => proveEmail(world, token)));

    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 400, 400, 400, 400, 400,
    ]);
    expect((await historyOf(world, owner.account_id)).filter((type) => type === 'email-proven')).toHaveLength(1);
    expect((await proveEmail(world, token)).body.code).toBe('invalid-token');
  });

  it.each([
    [-1, 200],
    [0, 400],
    [1, 400],
  ])('ends six hours after it was asked for: %d seconds from then', async (seconds, status) => {
    const owner = await unreachedOwner();
    const token = await proofToken(world, owner);
    world.clock.advance(PROOF_SECONDS + seconds);

    expect((await proveEmail(world, token)).status).toBe(status);
  });

  it('ends with the epoch in which it was asked for', async () => {
    const owner = await unreachedOwner();
    const token = await proofToken(world, owner);
    expect((await changePassword(world, owner)).status).toBe(200);

    expect((await proveEmail(world, token)).body.code).toBe('invalid-token');
  });

  it('proves no other address of the account', async () => {
    const owner = await unreachedOwner();
    const token = await proofToken(world, owner);
    world.clock.advance(1);
    const tokens = await beginEmailChange(world, owner, newAddress());
    await confirmEmailChange(world, tokens.new);
    await confirmEmailChange(world, tokens.old);

    expect((await proveEmail(world, token)).body.code).toBe('invalid-token');
  });

  it('is refused to who has signed out', async () => {
    const owner = await unreachedOwner();
    await world.call(
      'sign-out',
      loadEvent('sign-out/delete', { 'headers.authorization': `Bearer ${owner.access_token}` }),
    );

    expect((await askForProof(world, owner)).status).toBe(401);
  });

  it.each(['', 'nonsense', '0'.repeat(26)])('refuses a token that is none: "%s"', async (token) => {
    expect((await proveEmail(world, token)).status).toBe(400);
  });

  it('stays where the proof mail bounces too: the address is marked and on the list as before', async () => {
    const owner = await unreachedOwner();
    await askForProof(world, owner);
    await world.setFault({ service: 'ses', next: 1, feedback: 'bounce' });
    await world.deliver();
    await world.hear();

    expect([await deliverable(world, owner), await isOnSesList(owner.email)]).toEqual([false, true]);
    expect((await historyOf(world, owner.account_id)).filter((type) => type === 'email-undeliverable')).toHaveLength(1);
  });

  it('sends no mail where the mark was taken off meanwhile', async () => {
    const owner = await unreachedOwner();
    await askForProof(world, owner);
    await clearAddress(world, owner.email);
    const before = (await world.mailsTo(owner.email)).length;

    await world.deliver();

    expect(await world.mailsTo(owner.email)).toHaveLength(before);
  });

  it('sends one mail where the address is off SES list already, and none when it is delivered again', async () => {
    const owner = await unreachedOwner();
    await askForProof(world, owner);
    const before = (await world.mailsTo(owner.email)).length;
    await fetch(`${world.inboxUrl}/v2/email/suppression/addresses/${owner.email}`, { method: 'DELETE' });

    expect(await world.deliver()).toBe(0);
    expect(await world.deliver()).toBe(0);

    expect(await world.mailsTo(owner.email)).toHaveLength(before + 1);
  });

  describe('until it is there', () => {
    it('lets recovery mails go to the address, which its owner asks for', async () => {
      const owner = await unreachedOwner();
      await askForProof(world, owner);
      await world.deliver(); // which takes the address off SES's list
      const before = (await world.mailsTo(owner.email)).length;
      world.clock.advance(3600);

      await mailRecovery(world, owner.email);

      expect(await world.mailsTo(owner.email)).toHaveLength(before + 1);
    });

    it('tells by SMS of what a mail would have told, and sends no mail', async () => {
      const owner = await signUpSomebody(world);
      const { phoneNumber, recoveryCodes } = await addSms(world, owner);
      await world.deliver();
      await world.hear();
      await loseRecovery(world, owner.email, 'complaint');
      const before = [(await world.mailsTo(owner.email)).length, (await world.mailsTo(phoneNumber)).length];
      expect(recoveryCodes.length).toBeGreaterThan(0);

      await signInWithCode(world, owner.email, recoveryCodes[0] ?? '');
      await world.deliver();
      await world.deliver();

      const texts = (await world.mailsTo(phoneNumber)).map(({ text }) => text);
      expect([(await world.mailsTo(owner.email)).length, texts.length]).toEqual([before[0], (before[1] ?? 0) + 1]);
      expect(texts[0]).toContain('our e-mails do not reach you');
    });
  });
});
