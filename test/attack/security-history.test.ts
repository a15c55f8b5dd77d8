import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SECURITY_EVENT_TYPES } from '../../shared/account/security-events.ts';
import { FRESH_SECONDS } from '../../shared/contract/lifetimes.ts';
import { asOwner } from '../support/fixtures.ts';
import { refresh, signIn, signUpSomebody } from '../support/journeys.ts';
import { bearer, loadEvent } from '../support/load-event.ts';
import { SECURITY_OUTCOMES } from '../support/security-outcomes.ts';
import { eventsOf } from '../support/stored.ts';
import { quietAccountWithApp, UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** @see OWASP ASVS 5.0 16.3.1, 16.3.2, 16.3.3 */
describe('what an owner and an operator can see afterwards', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const linesDuring = async (something: () => Promise<unknown>): Promise<Record<string, unknown>[]> => {
    const from = world.logs.length;
    await something();
    return world.logs.slice(from).map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  /** @asvs 16.2.1, 16.3.1, 16.3.3 */
  it.each(SECURITY_OUTCOMES)('is when $when: $entries and $lines', async ({ cause, entries, lines }) => {
    const { accountId, actorId, act } = await cause(world);
    const before = new Set((accountId === null ? [] : await eventsOf(world, accountId)).map(({ sk }) => sk));
    let answer: unknown;

    const told = (await linesDuring(async () => (answer = await act()))).filter(({ event }) => event !== 'request');

    const id = accountId ?? (answer as Answer).body.account_id;
    const fresh = (await eventsOf(world, id)).filter(({ sk }) => !before.has(sk));
    expect(fresh.map(({ type }) => type)).toEqual(entries);
    expect(told.map(({ event, outcome, fate }) => `${String(event)} ${String(outcome ?? fate)}`)).toEqual(lines);
    // Each line names its account; deliveries name the intent.
    for (const line of told.filter(({ event }) => event !== 'intent-delivered'))
      expect(line).toMatchObject({ account_id: actorId ?? id });
  });

  it('is every type of entry that there is: none is only a word', () => {
    const caused = new Set<string>(SECURITY_OUTCOMES.flatMap(({ entries }) => entries));

    expect(SECURITY_EVENT_TYPES.filter((type) => !caused.has(type))).toEqual([]);
  });

  it('is a right password that no code followed, from where, for as long as a failure, at no further round trip', async () => {
    const { email, account_id: accountId } = await quietAccountWithApp(world);
    const before = world.proxy.calls.length;

    await signIn(world, email);

    const [entry, ...more] = (await eventsOf(world, accountId)).filter(({ type }) => type === 'second-factor-required');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      sourceIp: '203.0.113.7',
      expiresAtEpochSeconds: world.clock.nowSeconds() + 30 * 24 * 3600,
    });
    expect(world.proxy.calls.slice(before).map(({ operation }) => operation)).toEqual([
      'TransactWriteItems', // limits
      'GetItem', // claim of the address
      'TransactGetItems', // account, password, factors
      'TransactWriteItems', // challenge and history entry
    ]);
  });

  /** @asvs 16.3.2 */
  it('is who tried to read a profile that is not theirs, and who was not fresh enough', async () => {
    const [one, other] = [await signUpSomebody(world), await signUpSomebody(world)];
    const foreign = { ...asOwner(one), 'pathParameters.user_id': other.account_id };

    const [refused] = await linesDuring(() => world.call('get-profile', loadEvent('get-profile/get', foreign)));
    world.clock.advance(FRESH_SECONDS + 1);
    const { access_token: token } = (await refresh(world, one.refresh_token)).body;
    const [stale] = await linesDuring(() =>
      world.call('renew-recovery-codes', loadEvent('renew-recovery-codes/post', bearer(token))),
    );

    expect(refused).toMatchObject({ event: 'request', code: 'not-found', account_id: one.account_id });
    expect(stale).toMatchObject({ event: 'request', code: 'fresh-session-required', account_id: one.account_id });
  });
});
