import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, openAccount, PASSWORD } from '../../test/catalogue/people.ts';
import { bare, form, mergePatch, post, type ServiceRequest } from '../../test/catalogue/service.ts';
import { exchange, gather } from '../http-load.ts';
import { at } from '../scenario.ts';
import type { MeasuredTarget, StagedTree } from '../stage.ts';
import { type Arrival, type ArrivalPlan, arrivalsOf, runArrivals } from './arrivals.ts';
import { cloneEmail } from './clone-rows.ts';

/** What people do, in the order in which they come; twenty requests make a turn. */
const MIX = [
  'profile',
  'factors',
  'profile',
  'recovery',
  'profile',
  'update',
  'profile',
  'sign-in',
  'profile',
  'factors',
  'profile',
  'recovery',
  'update',
  'profile',
  'sign-in',
  'profile',
  'factors',
  'profile',
  'recovery',
  'update',
] as const;

type Act = (typeof MIX)[number];

/** Signed in while the load runs; several, because parallel changes of one profile wait for each other. */
const OWNERS = 40;
const OPENED_AT_ONCE = 4;

const MS_BETWEEN_DELIVERIES = 500;

/** What came of the load. */
export interface MixedLoad {
  arrivals: Arrival[];
  /** Addresses whose request for a recovery mail was acknowledged. */
  acknowledged: number;
  /** Of those, the addresses that no mail came to. */
  missing: string[];
}

const actOf = (index: number): Act => MIX[index % MIX.length] as Act;

/** How many requests of an act come before the one of a number. */
const nthOf = (act: Act, index: number): number => {
  const perTurn = MIX.filter((one) => one === act).length;
  const inTurn = MIX.slice(0, index % MIX.length).filter((one) => one === act).length;
  return Math.floor(index / MIX.length) * perTurn + inTurn;
};

/** The filled account that a request for recovery or a sign-in is about: each has one of its own, without a second factor. */
export const filledEmailOf = (index: number): string => {
  const place = actOf(index) === 'sign-in' ? 1 : 0;
  return cloneEmail(2 * (2 * nthOf(actOf(index), index) + place));
};

/** Filled accounts that a load of so many requests needs. */
export const accountsNeededBy = (requests: number): number => 4 * (nthOf('recovery', requests) + 1);

const requestOf = (index: number, owners: readonly Account[]): ServiceRequest => {
  const { accountId, session } = at(owners, index);
  switch (actOf(index)) {
    case 'profile':
      return bare('GET', `/profile/${accountId}`, session.access_token);
    case 'factors':
      return bare('GET', '/two-factor', session.access_token);
    case 'update':
      return mergePatch(`/profile/${accountId}`, { nickname: `Reader ${index}` }, session.access_token);
    case 'recovery':
      return form('/account/recovery', { email: filledEmailOf(index) });
    case 'sign-in':
      return post('/sessions', { email: filledEmailOf(index), password: PASSWORD });
  }
};

/** Which of the addresses no mail came to. */
const withoutMail = (emails: readonly string[], { sink }: StagedTree): string[] =>
  emails.filter((email) => {
    try {
      sink.takeText(email);
      return false;
    } catch {
      return true;
    }
  });

/** Runs it, while what the outbox has is delivered by another process, as in AWS. */
export const runMixedLoad = async (
  { staged, target }: { staged: StagedTree; target: MeasuredTarget },
  plan: ArrivalPlan,
): Promise<MixedLoad> => {
  const { service } = staged;
  const owners = await gather(OWNERS, OPENED_AT_ONCE, () => openAccount(service));
  const arrivalsMs = arrivalsOf(plan);
  const acknowledged: string[] = [];

  const over = new AbortController();
  const deliveries = (async () => {
    while (!over.signal.aborted) {
      await service.deliverWaiting();
      await sleep(MS_BETWEEN_DELIVERIES);
    }
  })();
  const arrivals = await runArrivals(arrivalsMs, async (index) => {
    const { status } = await exchange(target.port, requestOf(index, owners));
    if (actOf(index) === 'recovery' && status === 200) acknowledged.push(filledEmailOf(index));
    return status;
  });
  over.abort();
  await deliveries;
  await service.deliverWaiting();
  return { arrivals, acknowledged: acknowledged.length, missing: withoutMail(acknowledged, staged) };
};
