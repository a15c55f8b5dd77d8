import { accountRow, parseAccount, phoneClaimRow } from '../../shared/account/accounts.ts';
import { parseClaim } from '../../shared/account/phone-claim-writes.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import type { SecondFactor } from '../../shared/contract/factor-names.ts';
import type { FieldErrorCode } from '../../shared/contract/field-errors.ts';
import type { SmsRequester } from '../../shared/contract/sms-requester.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { provideSmsAvailabilities, type SmsAvailabilities } from '../../shared/sms/sms-availability.ts';
import { factorsRow, parseFactors } from '../../shared/two-factor/factors.ts';
import { refuseNumber } from '../../shared/two-factor/refuse-number.ts';
import { availableFactors, overviewOf } from '../../shared/two-factor/second-factors.ts';
import type { WantedNumber } from './wanted-number.ts';

/** Whether a code could be sent for a caller past the password. */
export interface SmsOutlook {
  /** The factors of the account beside SMS, in the order in which to offer them. */
  otherFactors: SecondFactor[];
  /** Whether nothing can be sent at all: by the country, by the day's money, or because no number is there. */
  isHopeless: boolean;
  /** Why the account can't make of the number what it shall become; `null` where it can. */
  refusedFor: FieldErrorCode | null;
  /** Lose where the breaker is open. */
  requireWrites: readonly Write[];
  /** Tells the operator of a refusal, once the caller is known to stand. @throws StoreUnavailable */
  report(): Promise<void>;
}

/** Says what an account can expect of a request for a code. */
export interface SmsOutlooks {
  /**
   * Reads the account's factors and the day's money at once, and what else the number's rules want.
   * @param to the number, and what it shall become; `null` for the account's own
   * @throws StoreUnavailable
   */
  of(request: { accountId: string; to: WantedNumber | null; requestedBy: SmsRequester }): Promise<SmsOutlook>;
}

/** Makes it. */
const makeSmsOutlooks = ({
  dynamo,
  availabilities,
  clock,
}: {
  dynamo: Pick<Dynamo, 'batchGet'>;
  availabilities: SmsAvailabilities;
  clock: Clock;
}): SmsOutlooks => ({
  of: async ({ accountId, to, requestedBy }) => {
    const [factorsItem = null, spent = null, accountItem = null, claimItem = null] = await dynamo.batchGet([
      factorsRow.at(accountId),
      availabilities.spentAt(),
      ...(to ? [accountRow.at(accountId)] : []),
      ...(to?.purpose === 'recovery' ? [phoneClaimRow.at(to.e164)] : []),
    ]);
    const factors = parseFactors(factorsItem);
    const account = accountItem && parseAccount(accountItem);
    const refusedFor =
      to && account && refuseNumber({ ...to, account, factors, claim: parseClaim(claimItem) }, clock.nowSeconds());
    const otherFactors = availableFactors(overviewOf(factors)).filter((factor) => factor !== 'sms');
    const country = (to ?? factors.sms)?.country;
    if (country === undefined)
      return { otherFactors, isHopeless: true, refusedFor, requireWrites: [], report: async () => {} };

    const sms = { country, requestedBy };
    const { refusedBy, requireWrites } = availabilities.of(sms, spent);
    const report = () => availabilities.report({ by: refusedBy ?? 'breaker', sms, spent });
    return { otherFactors, isHopeless: refusedBy !== null, refusedFor, requireWrites, report };
  },
});

export const provideSmsOutlooks = (scope: Scope<'sms'> & Ports): SmsOutlooks =>
  makeSmsOutlooks({ ...scope, availabilities: scope.use(provideSmsAvailabilities) });
