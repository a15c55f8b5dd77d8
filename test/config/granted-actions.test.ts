import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { argon2id, hash } from 'argon2';
import * as manifest from '../../functions/manifest.ts';
import type { Contract, TableName } from '../../shared/http/contract.ts';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { GOOD_REQUESTS, type Owner, openOwner } from '../support/good-requests.ts';
import { refresh, signIn, signUp } from '../support/journeys.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { callAs, challengeOf } from '../support/second-factor.ts';
import { SECOND_FACTOR_REQUESTS } from '../support/second-factor-requests.ts';
import { putRows } from '../support/table-writer.ts';
import { addSms, askForCode, giveCode, newNumber, receiveCode } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const contracts: Contract[] = Object.values(manifest);

/** What a role needs for each part of a transaction. @see DynamoDB developer guide, "IAM for transactions" */
const ACTIONS: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
};

const needsOf = ({ operation, body }: DynamoCall): string[] => {
  const batch = Object.keys(body.RequestItems ?? {});
  if (batch.length > 0) return batch.map((table) => `${table} dynamodb:${operation}`);
  const items = body.TransactItems as Record<string, { TableName: string }>[] | undefined;
  if (!items) return [`${String(body.TableName)} dynamodb:${operation}`];
  return items.flatMap((item) =>
    Object.entries(item).map(([kind, { TableName: table }]) => `${table} ${ACTIONS[kind] ?? kind}`),
  );
};

describe('what the roles of the functions are granted', () => {
  let world: World;
  let owner: Owner;
  /** What each flow has called, `table action`. */
  const called = new Map<string, Set<string>>();

  const watch = async (flow: string, act: () => Promise<unknown>): Promise<void> => {
    const before = world.proxy.calls.length;
    await act();
    const needs = world.proxy.calls.slice(before).flatMap(needsOf);
    called.set(flow, new Set([...(called.get(flow) ?? []), ...needs]));
  };

  const watchSms = async (): Promise<void> => {
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
      await watch('deliver-messages', () => world.deliver());
    }
  };

  const grantedTo = ({ tables }: Contract): string[] =>
    (Object.entries(tables) as [TableName, readonly string[]][]).flatMap(([table, actions]) =>
      actions.map((action) => `${world.tables[table]} ${action}`),
    );

  beforeAll(async () => {
    world = await startWorld();
    owner = await openOwner(world);
    for (const { flow, prepare } of [...GOOD_REQUESTS, ...SECOND_FACTOR_REQUESTS])
      await watch(flow, await prepare(owner));
    // A number that an account has still, but not as a factor: recovery goes by it.
    await watchSms();

    // What they do when all is not well, or of long ago.
    const { accountId, email, password } = owner;
    await watch('sign-in', () => signIn(world, email, 'not the right one'));
    const row = (await world.rows('credentials')).find(({ pk }) => pk === `ACCOUNT#${accountId}`);
    const weaker = { type: argon2id, memoryCost: 1024, timeCost: 2, parallelism: 1 } as const;
    await putRows(world, 'credentials', [{ ...row, phc: await hash(password, weaker) }]);
    await watch('sign-in', () => signIn(world, email, password));
    const session = (await signIn(world, email, password)).body;
    await refresh(world, session.refresh_token);
    world.clock.advance(60);
    await watch('refresh-session', () => refresh(world, session.refresh_token));

    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'delivered@example.com' })));
    for (let request = 0; request < 2; request += 1) {
      world.clock.advance(1); // the second removes the token of the first
      await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email })));
      await watch('deliver-messages', () => world.deliver());
    }
  });
  afterAll(() => world.close());

  it.each(contracts)('is for $flow what it calls, and nothing beside', async (contract) => {
    const needs = [...(called.get(contract.flow) ?? [])].toSorted();

    expect(needs).toEqual(grantedTo(contract).toSorted());
  });
});
