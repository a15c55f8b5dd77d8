import { rowStamp } from '../../../shared/aws/row.ts';
import { systemClock } from '../../../shared/lambda/system-clock.ts';
import { utcDay } from '../../../shared/sms/sms-budget-policy.ts';
import { budgetRow } from '../../../shared/sms/sms-rules.ts';
import { challengeOf, signedInWithBoth } from '../../catalogue/people.ts';
import { post } from '../../catalogue/service.ts';
import { type Prepare, probeRequest } from './probe.ts';
import { openService } from './service.ts';

/** More than any setting gives to a day. */
const SPENT_MICRO_USD = 1_000_000_000_000;

/**
 * A request past the password on a day whose money for SMS is used up: it is refused, and the operator told once (docs/adr/0038).
 * The money is used up for this request alone: other probes send SMS.
 */
export const probeSpentBudget: Prepare = async (surroundings) => {
  const service = openService(surroundings);
  const owner = await signedInWithBoth(service);
  const challenge = await challengeOf(service, owner);
  const send = async () => {
    const nowSeconds = systemClock.nowSeconds();
    const { table, key } = budgetRow.at(utcDay(nowSeconds).name);
    const spent = { spentMicroUsd: SPENT_MICRO_USD, expiresAtEpochSeconds: nowSeconds + 24 * 3600 };
    await surroundings.rows.put(table, { ...key, ...rowStamp, ...spent });
    return service.send(post('/verification', {}, challenge));
  };
  const name = 'a code on a day whose money is used up';
  return [probeRequest({ name, send, status: 409, code: 'sms-unavailable' })];
};
