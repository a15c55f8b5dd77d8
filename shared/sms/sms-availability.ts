import type { Dynamo, Item, Key, Write } from '../aws/dynamo.ts';
import type { TableName } from '../contract/contract.ts';
import type { SmsRefusal } from '../contract/sms-refusals.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
import type { Clock } from '../primitives/clock.ts';
import { reportBudgetStage } from './report-budget-stage.ts';
import { isServedCountry } from './served-countries.ts';
import { type SmsBudgetNumbers, utcDay } from './sms-budget-policy.ts';
import { breakerRow, breakerRule, budgetRow, type CountedSms, moneyRule } from './sms-rules.ts';

/** The text of a code is always written to fit one segment (functions/deliver-messages/sms/compose-sms.ts). */
const SEGMENTS_OF_A_CODE = 1;

/** What stands in the way of every SMS of a class to a country; the counters of numbers and their blocks are not asked. */
type ClassRefusal = Extract<SmsRefusal, 'country' | 'budget' | 'share' | 'breaker'>;

/** Whether a code by SMS could be sent, by what was read. */
interface SmsAvailability {
  /** `null` where nothing stands in the way but, maybe, the breaker. */
  refusedBy: Exclude<ClassRefusal, 'breaker'> | null;
  /** Loses where the breaker has stopped the country for the class: for the transaction that accepts the request. */
  requireWrites: readonly Write[];
}

/** Says before a request is accepted whether its SMS could be sent. It counts and reserves nothing: delivery does (sms-budget.ts). */
export interface SmsAvailabilities {
  /** Where the day's row is. Read apart from transactions, so that no flood of messages stands in the way of the request. */
  spentAt(): { table: TableName; key: Key };
  /** @param spent the row there; `null` where there is none */
  of(sms: CountedSms, spent: Item | null): SmsAvailability;
  /** Tells the operator of a refusal, as where a message is refused at delivery. @throws StoreUnavailable */
  report(refusal: { by: ClassRefusal; sms: CountedSms; spent: Item | null }): Promise<void>;
}

/** Makes it by the same rules that delivery counts by. */
const makeSmsAvailabilities = ({
  numbers,
  dynamo,
  clock,
  log,
}: {
  numbers: SmsBudgetNumbers;
  dynamo: Dynamo;
  clock: Clock;
  log: Log;
}): SmsAvailabilities => ({
  spentAt: () => budgetRow.at(utcDay(clock.nowSeconds()).name),

  of: (sms, spent) => {
    const money = moneyRule(numbers, { ...sms, segments: SEGMENTS_OF_A_CODE });
    const breaker = breakerRule(numbers, sms, clock.nowSeconds());
    return {
      refusedBy: isServedCountry(numbers, sms) ? money.refusalIn(spent && budgetRow.parse(spent)) : 'country',
      requireWrites: [breakerRow.checkWrite(breaker.key, breaker.allows)],
    };
  },

  report: async ({ by, sms: { requestedBy }, spent }) => {
    log('warn', 'sms-refused', { reason: by, requested_by: requestedBy });
    if (by !== 'budget' || spent === null) return;
    const day = utcDay(clock.nowSeconds());
    const crossedPercent = await reportBudgetStage(dynamo, { day, item: spent, reached: 100 });
    if (crossedPercent !== null) log('warn', 'sms-budget', { percent: crossedPercent });
  },
});

/** Under the operator's budget and prices. */
export const provideSmsAvailabilities = (scope: Scope<'sms'> & Ports): SmsAvailabilities =>
  makeSmsAvailabilities({ ...scope, numbers: scope.settings.sms });
