import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { argon2id, hash } from 'argon2';
import * as manifest from '../../functions/manifest.ts';
import type { Contract, TableName } from '../../shared/contract/contract.ts';
import { GOOD_REQUESTS, type Owner, openOwner } from '../support/good-requests.ts';
import { getProfile, recoveryToken, refresh, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { leaveNumber } from '../support/left-number.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { callAs, challengeOf } from '../support/second-factor.ts';
import { SECOND_FACTOR_REQUESTS } from '../support/second-factor-requests.ts';
import { tableNeedsOf } from '../support/table-needs.ts';
import { putRows } from '../support/table-writer.ts';
import { signInWithCode } from '../support/two-factor-journeys.ts';
import { addSms, askForCode, giveCode, newNumber, receiveCode } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const contracts: Contract[] = Object.values(manifest);

/** The calls of each flow, as `table firstWord action`. */
type Called = Map<string, Set<string>>;

/** A world that records every call of its handlers, from whichever test. Not for parallel handlers. */
const watched = (world: World, called: Called): World => {
  const watch = async <Result>(flow: string, act: () => Promise<Result>): Promise<Result> => {
    const before = world.proxy.calls.length;
    const result = await act();
    const needs = world.proxy.calls.slice(before).flatMap(tableNeedsOf);
    called.set(flow, new Set([...(called.get(flow) ?? []), ...needs]));
    return result;
  };
  return {
    ...world,
    call: (flow, event) => watch(flow, () => world.call(flow, event)),
    deliver: () => watch('deliver-messages', world.deliver),
  };
};

describe('what the roles of the functions are granted', () => {
  let world: World;
  let owner: Owner;
  const called: Called = new Map();

  const playSms = async (): Promise<void> => {
    const session = await signUp(world, 'by-phone@example.com');
    const { phoneNumber, answer } = await addSms(world, session);
    expect(answer.status).toBe(200);
    const removing = { path: { factor: 'sms' } };
    world.clock.advance(60);
    const challenge = await challengeOf(world, 'by-phone@example.com');
    const { code } = await receiveCode(world, { token: challenge, readAt: phoneNumber });
    const fresh = (await giveCode(world, code, { token: challenge })).body.access_token;
    await callAs(world, 'remove-factor', 'remove-factor/delete', fresh, removing);
    for (let request = 0; request < 2; request += 1) {
      world.clock.advance(60);
      await world.call(
        'request-recovery',
        loadEvent('request-recovery/phone-form', formBody({ phone_number: phoneNumber })),
      );
      await askForCode(world, { phoneNumber: newNumber() });
      await world.deliver();
    }
  };

  /** Uses tokens of release 0.1.0, which had no channel, of an account with a number that is no factor. */
  const playTokensOfBefore = async (): Promise<void> => {
    const { account_id: accountId } = await signUp(world, 'token-of-before@example.com');
    await leaveNumber(world, accountId, newNumber());
    const token = await recoveryToken(world, 'token-of-before@example.com');
    const row = (await world.rows('tokens')).find((one) => one.accountId === accountId && one.sk === 'TOKEN');
    const { channel: _, ...before } = row ?? {};
    await putRows(world, 'tokens', [before]);
    const checked = jsonBody({ reset_token: token });
    expect((await world.call('check-reset-token', loadEvent('check-reset-token/json', checked))).status).toBe(200);
    expect((await resetPassword(world, token, 'a much better horse')).status).toBe(200);
  };

  /** Gives up, and proves, numbers that another account has too; one of them is from 0.1.0 and no factor. */
  const playSharedNumbers = async (): Promise<void> => {
    const phoneNumber = newNumber();
    const sharers = [];
    for (const name of ['first', 'second', 'third', 'fourth']) {
      const email = `${name}-of-a-number@example.com`;
      const sharer = await signUp(world, email);
      const { code } = await receiveCode(world, { token: sharer.access_token, phoneNumber });
      const { body } = await giveCode(world, code, { token: sharer.access_token, endOtherSessions: false });
      sharers.push({ ...sharer, email, recoveryCode: String(body.recovery_codes?.[0]) });
    }
    const [, , third, fourth] = sharers;
    if (!third || !fourth) throw new Error('nobody has the number');
    const { access_token: token } = (await signInWithCode(world, third.email, third.recoveryCode)).body;
    const removed = await callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor: 'sms' } });
    expect(removed.status).toBe(200);
    await leaveNumber(world, fourth.account_id, phoneNumber);
    const [claim] = (await world.rows('accounts')).filter(({ pk }) => pk === `PHONE#${phoneNumber}`);
    await putRows(world, 'accounts', [{ ...claim, accountIds: [third.account_id, fourth.account_id] }]);
    await getProfile(world, fourth);
    const profile = (body: object) =>
      callAs(world, 'update-profile', 'update-profile/put-json', fourth.access_token, {
        path: { user_id: fourth.account_id },
        body,
      });
    await profile({ nickname: 'Reader' });
    expect((await profile({ phone_number: null })).status).toBe(200);
  };

  const grantedTo = ({ tables }: Contract): string[] =>
    (Object.entries(tables) as [TableName, Record<string, readonly string[]>][]).flatMap(([table, rows]) =>
      Object.entries(rows).flatMap(([firstWord, actions]) =>
        actions.map((action) => `${world.tables[table]} ${firstWord} ${action}`),
      ),
    );

  beforeAll(async () => {
    world = watched(await startWorld(), called);
    owner = await openOwner(world);
    for (const { prepare } of [...GOOD_REQUESTS, ...SECOND_FACTOR_REQUESTS]) await (await prepare(owner))();
    await playSms();
    await playTokensOfBefore();
    await playSharedNumbers();

    // Paths of failures, and of old rows.
    const { accountId, email, password } = owner;
    await signIn(world, email, 'not the right one');
    const row = (await world.rows('credentials')).find(({ pk }) => pk === `ACCOUNT#${accountId}`);
    const weaker = { type: argon2id, memoryCost: 1024, timeCost: 2, parallelism: 1 } as const;
    await putRows(world, 'credentials', [{ ...row, phc: await hash(password, weaker) }]);
    const session = (await signIn(world, email, password)).body;
    await refresh(world, session.refresh_token);
    world.clock.advance(60);
    await refresh(world, session.refresh_token);

    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'delivered@example.com' })));
    for (let request = 0; request < 2; request += 1) {
      world.clock.advance(1); // the second invalidates the first one's token
      await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email })));
      await world.deliver();
    }
  });
  afterAll(() => world.close());

  it.each(contracts)('is for $flow what it calls, and nothing beside', async (contract) => {
    const needs = [...(called.get(contract.flow) ?? [])].toSorted();

    expect(needs).toEqual(grantedTo(contract).toSorted());
  });
});
