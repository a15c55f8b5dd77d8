import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LINK_TRIES } from '../../shared/account/sign-in-links.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring, shapesDuring, writesTo } from '../support/dynamo-shape.ts';
import { HELD_KINDS, holdEveryToken } from '../support/every-token.ts';
import { fromSource, newSource } from '../support/fixtures.ts';
import {
  askForSignInLink,
  recoveryToken,
  resetPassword,
  revokeRecovery,
  signIn,
  signInLink,
  signInLinks,
  signUpSomebody,
} from '../support/journeys.ts';
import { makeKeyedWorld, newKey } from '../support/keyed-world.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { totpCode } from '../support/second-factor.ts';
import { eventsOf, everyRow, everythingStored } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { openTwoFactorOwner } from '../support/two-factor-journeys.ts';
import { giveCode, logged, wrongTotp } from '../support/verification.ts';
import { type Answer, startWorld, UNLIMITED, UNLIMITED_BUT_FOR_AN_ADDRESS, type World } from '../support/world.ts';

/** Tries of an address within an hour; few, since each costs a hash. */
const PER_ADDRESS = 3;

const HOUR = 3600;
const LIFE_SECONDS = DEFAULTS.tokens.signInLinkSeconds;
const NEXT_PASSWORD = 'another staple of hay';
const WRONG = 'not the password';
const NO_LINK = '0123456789ABCDEFGHJKMNPQRS';

const LIMITS = {
  signUp: UNLIMITED,
  requestRecovery: UNLIMITED,
  requestSignInLink: UNLIMITED_BUT_FOR_AN_ADDRESS,
  signIn: { ...UNLIMITED, perIdentifier: { max: PER_ADDRESS, windowSeconds: HOUR } },
};

/** What the tests ask of a sign-in; the right password unless said otherwise. */
interface Attempt {
  password?: string;
  link?: string | undefined;
  device?: string;
  changes?: EventChanges;
}

/** @see docs/adr/0037-sign-in-links.md */
describe('a sign-in link', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: LIMITS } });
  });
  afterAll(() => world.close());

  const attempt = (email: string, { password, link, device, changes = {} }: Attempt = {}): Promise<Answer> =>
    signIn(world, email, password, { linkToken: link, deviceToken: device ?? null, changes });

  /** Strangers use up the limit of an address. */
  const flood = async (email: string): Promise<void> => {
    for (let tries = 0; tries < PER_ADDRESS; tries += 1) {
      await attempt(email, { password: WRONG, changes: newSource() });
    }
  };

  /** An account whose address's limit strangers have used up just now, and whose owner holds a link. */
  const flooded = async () => {
    world.clock.advance(HOUR);
    const owner = await signUpSomebody(world);
    await flood(owner.email);
    return { ...owner, link: await signInLink(world, owner.email) };
  };

  const linkRowsOf = async (accountId: string) =>
    (await world.rows('tokens')).filter(
      (row) => String(row.pk).startsWith('SIGN_IN_LINK#') && row.accountId === accountId,
    );

  const statusesOf = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status);

  describe('when strangers have used up the limit of an address', () => {
    it('lets its owner in from a new device, with the password, while others are told of it and get 429', async () => {
      const { email, account_id: accountId, link } = await flooded();

      const without = await attempt(email);
      const wrong = await attempt(email, { password: WRONG, link });
      const right = await attempt(email, { link });

      expect(without).toMatchObject({ status: 429, body: { code: 'too-many-requests', hint: 'ask-for-link' } });
      expect(without.body.detail).toContain('with a link by mail (POST /sessions/link) and the password');
      expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid-credentials']);
      expect(right).toMatchObject({ status: 200, body: { account_id: accountId, device_token: expect.any(String) } });
      expect((await attempt(email, { device: right.body.device_token })).status).toBe(200);
    });

    it('is taken as people type it, and in a form', async () => {
      const { email, link } = await flooded();
      const fields = {
        email,
        password: 'correct horse battery',
        link_token: ` ${link.toLowerCase().replace(/.{4}/g, '$& - ')}`,
      };

      const answer = await world.call('sign-in', loadEvent('sign-in/form', formBody(fields)));

      expect(answer.status).toBe(200);
    });

    it('costs the owner two calls more than a sign-in before the flood, and nothing where none is sent', async () => {
      world.clock.advance(HOUR);
      const { email, device_token: device } = await signUpSomebody(world);
      const link = await signInLink(world, email);

      const before = await operationsDuring(world.proxy, () => attempt(email, { device }));
      const unused = await operationsDuring(world.proxy, () => attempt(email, { link, device }));
      await flood(email);
      const after = await operationsDuring(world.proxy, () => attempt(email, { link }));

      expect(before).toEqual(['TransactWriteItems', 'GetItem', 'TransactGetItems', 'TransactWriteItems']);
      expect(unused).toEqual(before);
      expect(after).toEqual(['TransactWriteItems', 'GetItem', ...before]);
    });

    it('is left alone by a sign-in that neither the limit nor a new device stands against: it is there for when it is needed', async () => {
      world.clock.advance(HOUR);
      const { email, device_token: device } = await signUpSomebody(world);
      const link = await signInLink(world, email);
      const before = [
        (await attempt(email, { link, device })).status,
        (await attempt(email, { password: WRONG, link })).status,
      ];
      await flood(email);

      expect(before).toEqual([200, 401]);
      expect((await attempt(email, { link })).status).toBe(200);
    });

    it('is good beside the token of a device that has ended, and before one that has not', async () => {
      const { email, device_token: device, link, account_id: accountId } = await flooded();
      await resetPassword(world, await recoveryToken(world, email), NEXT_PASSWORD);
      const next = await signInLink(world, email);

      const former = await attempt(email, { password: NEXT_PASSWORD, link, device });
      const answer = await attempt(email, { password: NEXT_PASSWORD, link: next, device });
      const known = await attempt(email, {
        password: NEXT_PASSWORD,
        link: await signInLink(world, email),
        device: answer.body.device_token,
      });

      expect([former.status, answer.status, known.status]).toEqual([429, 200, 200]);
      expect(known.body.device_token).toBe(answer.body.device_token);
      expect(await linkRowsOf(accountId)).toEqual([]);
    });
  });

  describe('works once', () => {
    it('and then answers as none, however right the password is', async () => {
      const { email, link } = await flooded();

      const statuses = [(await attempt(email, { link })).status, (await attempt(email, { link })).status];

      expect(statuses).toEqual([200, 429]);
    });

    it('for one of any number of sign-ins at the same time', async () => {
      const { email, link, account_id: accountId } = await flooded();
      const sessions = async () =>
        (await world.rows('tokens')).filter(
          ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && String(sk).startsWith('SESSION#'),
        ).length;
      const before = await sessions();

      const answers = await Promise.all(
        Array.from({ length: 6 }, () => attempt(email, { link, changes: newSource() })),
      );

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status !== 200 && status !== 401 && status !== 429)).toEqual([]);
      expect(await sessions()).toBe(before + 1);
      expect((await attempt(email, { link })).status).toBe(429);
    });

    it('and a repeat with the same Idempotency-Key, for an answer that was lost, gets the same session', async () => {
      const { email, link } = await flooded();
      const keyed = makeKeyedWorld(world);
      keyed.useKey(newKey());

      const first = await signIn(keyed.world, email, undefined, { linkToken: link, deviceToken: null });
      const repeat = await signIn(keyed.world, email, undefined, { linkToken: link, deviceToken: null });

      expect([first.status, repeat.status]).toEqual([200, 200]);
      expect(repeat.body.session_id).toBe(first.body.session_id);
    });

    it('and with its use ends the spacing: the next request mails another at once, and never the same value', async () => {
      const { email, link } = await flooded();
      await attempt(email, { link });

      const next = await signInLink(world, email);

      expect([next.length, next === link]).toEqual([26, false]);
      expect((await attempt(email, { link: next })).status).toBe(200);
    });

    it('and leaves the older one beside it, which lives out', async () => {
      const { email, link: older } = await flooded();
      world.clock.advance(LIFE_SECONDS / 2);
      const newer = await signInLink(world, email);
      await attempt(email, { link: newer });
      await signInLink(world, email); // a stranger's request, that begins a third

      expect(newer).not.toBe(older);
      expect((await attempt(email, { link: older })).status).toBe(200);
    });
  });

  describe('is ended', () => {
    /** @asvs 6.3.1 */
    it('by ten wrong passwords, however many come at once', async () => {
      const { email, link } = await flooded();
      const tries = Array.from({ length: 3 * LINK_TRIES }, () =>
        attempt(email, { password: WRONG, link, changes: newSource() }),
      );
      const compared = (await Promise.all(tries)).filter(({ status }) => status === 401).length;

      expect(compared).toBeLessThanOrEqual(LINK_TRIES);
      for (let left = LINK_TRIES - compared; left > 0; left -= 1) {
        expect((await attempt(email, { password: WRONG, link })).status).toBe(401);
      }
      expect((await attempt(email, { link })).status).toBe(429);
      expect((await attempt(email, { link: await signInLink(world, email) })).status).toBe(200); // and the next one is another
    });

    it('by its age, to the second', async () => {
      const { email, link } = await flooded();
      world.clock.advance(LIFE_SECONDS - 1);
      await flood(email); // the window may have passed
      const before = await attempt(email, { password: WRONG, link });
      world.clock.advance(1);

      expect([before.status, (await attempt(email, { link })).status]).toEqual([401, 429]);
    });

    it('by a reset, with the sessions and the devices', async () => {
      const { email, link } = await flooded();
      await resetPassword(world, await recoveryToken(world, email), NEXT_PASSWORD);

      expect((await attempt(email, { password: NEXT_PASSWORD, link })).status).toBe(429);
      const next = await signInLink(world, email); // at once: the spacing ended with the epoch
      expect((await attempt(email, { password: NEXT_PASSWORD, link: next })).status).toBe(200);
    });

    it('by a change of factors that ends other sessions', async () => {
      const { email, link, access_token: token } = await flooded();
      const { secret } = (await world.call('enroll-totp', loadEvent('enroll-totp/no-body', bearer(token)))).body;
      const confirmed = await world.call(
        'confirm-totp',
        loadEvent('confirm-totp/json', { ...jsonBody({ code: totpCode(world, secret) }), ...bearer(token) }),
      );

      expect(confirmed.status).toBe(200);
      expect((await attempt(email, { link })).status).toBe(429);
    });

    it('where its account leaves its epoch between the read and the pass: nothing is tried', async () => {
      const { email, link, account_id: accountId } = await flooded();
      const [account] = (await world.rows('accounts')).filter(
        ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT',
      );
      world.proxy.interrupt({
        fits: writesTo('SIGN_IN_LINK#'),
        meanwhile: () => putRows(world, 'accounts', [{ ...account, epoch: Number(account?.epoch) + 1 }]),
      });

      expect((await attempt(email, { link })).status).toBe(429);
      expect(await linkRowsOf(accountId)).toMatchObject([{ tries: 0 }]);
    });

    it('by "this wasn\'t me", with the one beside it, and no recovery token with them', async () => {
      const { email, link: older, account_id: accountId } = await flooded();
      const recovery = await recoveryToken(world, email);
      world.clock.advance(LIFE_SECONDS / 2);
      const newer = await signInLink(world, email);

      const answer = await revokeRecovery(world, older);
      const again = await revokeRecovery(world, newer);

      expect([answer.status, answer.body]).toEqual([200, { status: 'sign-in-link-revoked' }]);
      expect([again.status, again.body.code]).toEqual([400, 'invalid-token']);
      expect(await linkRowsOf(accountId)).toEqual([]);
      expect(statusesOf([await attempt(email, { link: older }), await attempt(email, { link: newer })])).toEqual([
        429, 429,
      ]);
      expect((await eventsOf(world, accountId)).map(({ type }) => type)).toContain('sign-in-link-revoked');
      expect(logged(world, 'sign-in-link-revoked').at(-1)).toMatchObject({ account_id: accountId, outcome: 'success' });
      expect((await resetPassword(world, recovery, NEXT_PASSWORD)).status).toBe(200);
    });

    it('by that against a sign-in at the same moment: one of the two wins', async () => {
      const { email, link } = await flooded();
      const revoked: Answer[] = [];
      world.proxy.interrupt({
        fits: ({ operation }) => operation === 'TransactGetItems', // past the pass
        meanwhile: async () => {
          revoked.push(await revokeRecovery(world, link));
        },
      });

      const signedIn = await attempt(email, { link });

      expect([revoked[0]?.status, signedIn.status]).toEqual([200, 401]);
    });
  });

  describe('costs and answers as none', () => {
    const comparable = ({ status, headers, body }: Answer) => ({ status, headers, body });

    /** Answers and calls to DynamoDB of sign-ins with the right password, of which nothing may be left in the tables. */
    const refused = async (email: string, links: readonly (string | undefined)[]) => {
      const answers: Answer[] = [];
      const shapes: unknown[][] = [];
      const before = await everyRow(world);
      for (const link of links) {
        shapes.push(await shapesDuring(world.proxy, async () => answers.push(await attempt(email, { link }))));
      }
      expect(await everyRow(world)).toEqual(before); // nothing is written or counted
      expect(answers[0]).toMatchObject({ status: 429, body: { hint: 'ask-for-link' } });
      expect(new Set(answers.map((answer) => JSON.stringify(comparable(answer)))).size).toBe(1);
      return shapes;
    };

    it('where it is unknown, used, used up, over or mailed to another address: one read alone tells them apart from none', async () => {
      const over = (await flooded()).link;
      const owner = await flooded();
      await attempt(owner.email, { link: owner.link });
      const usedUp = await signInLink(world, owner.email);
      for (let tries = 0; tries < LINK_TRIES; tries += 1) await attempt(owner.email, { password: WRONG, link: usedUp });
      const other = await signUpSomebody(world);
      const foreign = await signInLink(world, other.email);

      const none = await refused(owner.email, [undefined]);
      const shapes = await refused(owner.email, [NO_LINK, owner.link, over, foreign]);
      const ended = await refused(owner.email, [usedUp]);

      expect(none[0]).toHaveLength(1);
      expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
      expect(shapes[0]).toEqual([...(none[0] ?? []), expect.anything()]);
      expect(ended[0]).toHaveLength(3); // only who was mailed the link can do this: one transaction more, that writes nothing
      await flood(other.email);
      expect((await attempt(other.email, { link: foreign })).status).toBe(200); // and it has lost nothing by that
    });

    it('where it can not be one, or is a token of another kind: not even a read', async () => {
      const { tokens } = await holdEveryToken(world);
      const owner = await flooded();
      const others = HELD_KINDS.filter((kind) => kind !== 'sign-in link').map((kind) => tokens[kind]);
      const alike = others.filter((token) => /^[0-9A-Z]{26}$/.test(token));
      const garbage = [
        ...others.filter((token) => !alike.includes(token)),
        '',
        ' ',
        owner.link.slice(1),
        `${owner.link}0`,
        '0'.repeat(5000),
      ];

      const shapes = await refused(owner.email, [undefined, ...garbage]);
      await refused(owner.email, [undefined, ...alike]);

      expect(alike).toHaveLength(9); // tokens of recovery, sign-up, undo, e-mail change, proof of an address, factor reset, deletion, export and of the veto of a sign-in look like it
      expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
    });

    it('at an address without an account, with the same work as at one with an account', async () => {
      world.clock.advance(HOUR);
      const owner = await signUpSomebody(world);
      const foreign = await signInLink(world, (await signUpSomebody(world)).email);
      const observe = (email: string) =>
        shapesDuring(world.proxy, async () => {
          for (let tries = 0; tries <= PER_ADDRESS; tries += 1) {
            await attempt(email, { password: WRONG, link: foreign, changes: newSource() });
          }
        });

      const known = await observe(owner.email);
      const unknown = await observe('nobody@example.com');

      expect(known).toEqual(unknown);
      expect(known).toHaveLength(4 * PER_ADDRESS + 2);
    });

    it('at an address that its account has lost to another', async () => {
      const { email, link } = await flooded();
      const other = await signUpSomebody(world);
      const claim = (await world.rows('accounts')).filter(({ pk }) => pk === `EMAIL#${email}`);
      await putRows(
        world,
        'accounts',
        claim.map((row) => ({ ...row, accountId: other.account_id })),
      );

      const answer = await attempt(email, { link });

      expect([answer.status, answer.body.code]).toEqual([401, 'invalid-credentials']);
    });
  });

  describe('with a second factor', () => {
    /** @asvs 6.3.4 */
    it('is used up by the password, proves no factor and lifts no counter of one', async () => {
      const { email, secret, accountId } = await openTwoFactorOwner(world);
      world.clock.advance(HOUR);
      await flood(email);
      const link = await signInLink(world, email);

      const waiting = await attempt(email, { link });
      const again = await attempt(email, { link });
      const token = waiting.body.challenge_token;
      const refusals: number[] = [];
      for (let tries = 0; tries < 5; tries += 1) {
        refusals.push((await giveCode(world, wrongTotp(world, secret), { token })).status);
      }
      const late = await giveCode(world, totpCode(world, secret), { token });

      expect(waiting.body).toMatchObject({ second_factor_required: true });
      expect(waiting.text).not.toContain('device_token');
      expect([again.status, await linkRowsOf(accountId)]).toEqual([429, []]);
      expect([...refusals, late.status]).toEqual([400, 400, 400, 400, 400, 400]); // the challenge's own attempts are used up
    });

    it('begins one challenge, of any number of sign-ins at the same time', async () => {
      const { email } = await openTwoFactorOwner(world);
      world.clock.advance(HOUR);
      await flood(email);
      const link = await signInLink(world, email);

      const answers = await Promise.all(
        Array.from({ length: 4 }, () => attempt(email, { link, changes: newSource() })),
      );

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });

  it('lifts no limit of a network', async () => {
    const service = await startWorld({
      settings: {
        limits: { ...LIMITS, signIn: { ...LIMITS.signIn, perSource: { max: PER_ADDRESS, windowSeconds: HOUR } } },
      },
    });
    const { email } = await signUpSomebody(service);
    const link = await signInLink(service, email);
    const source = fromSource('192.0.2.1');
    for (let tries = 0; tries < PER_ADDRESS; tries += 1)
      await signIn(service, email, WRONG, { deviceToken: null, changes: source });

    const spent = await signIn(service, email, undefined, { linkToken: link, deviceToken: null, changes: source });
    const fresh = await signIn(service, email, undefined, { linkToken: link, deviceToken: null, changes: newSource() });
    await service.close();

    expect([spent.status, spent.body.hint, fresh.status]).toEqual([429, undefined, 200]);
  });

  it('is nowhere but in the mail', async () => {
    const { email, link } = await flooded();
    await attempt(email, { password: WRONG, link });
    const [row] = (await world.rows('tokens')).filter(({ sk }) => sk === 'SIGN_IN_LINK').slice(-1);
    const grouped = link.match(/.{1,4}/g)?.join('-') ?? '';

    expect(leaksIn(await everythingStored(world), { link, grouped })).toEqual([]);
    expect(leaksIn(world.logs, { link, grouped, salt: String(row?.salt), email })).toEqual([]);
  });

  describe('that strangers ask for, every minute of an hour', () => {
    it('comes in spaced mails, leaves its owner one that lives for minutes, and voids none in the hand', async () => {
      world.clock.advance(HOUR);
      const { email, account_id: accountId } = await signUpSomebody(world);
      const ask = async (): Promise<void> => {
        for (let request = 0; request < 2; request += 1) await askForSignInLink(world, email, newSource());
        await world.deliver();
      };
      const lives: number[] = [];
      await ask();
      const [first] = await signInLinks(world, email);
      for (let minute = 0; minute < 60; minute += 1) {
        const [newest = ''] = await signInLinks(world, email);
        const rows = await linkRowsOf(accountId);
        expect(rows.length).toBeLessThanOrEqual(3); // two that work, and one that is over
        const ends = rows.map(({ expiresAtEpochSeconds }) => Number(expiresAtEpochSeconds) - world.clock.nowSeconds());
        lives.push(Math.max(...ends));
        if (minute === LIFE_SECONDS / 60 - 1) {
          await flood(email);
          expect(statusesOf([await attempt(email, { password: WRONG, link: first })])).toEqual([401]); // still in the hand
        }
        expect(newest).toHaveLength(26);
        world.clock.advance(60);
        await ask();
      }

      expect(Math.min(...lives)).toBeGreaterThanOrEqual(LIFE_SECONDS / 2 - 60);
      const mails = await signInLinks(world, email);
      expect(mails.length).toBeLessThanOrEqual(12);
      expect((await eventsOf(world, accountId)).filter(({ type }) => type === 'sign-in-link-mail-issued')).toHaveLength(
        mails.length,
      );
    }, 120_000);
  });
});
