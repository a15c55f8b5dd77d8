import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import type { SecondFactor } from '../../shared/contract/factor-names.ts';
import type { SmsRequester } from '../../shared/contract/sms-requester.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';
import { provideSmsAvailabilities, type SmsAvailabilities } from '../../shared/sms/sms-availability.ts';
import { factorsRow, parseFactors } from '../../shared/two-factor/factors.ts';
import { availableFactors, overviewOf } from '../../shared/two-factor/second-factors.ts';

/** Whether a code could be sent for a caller past the password. */
export interface SmsOutlook {
  /** The factors of the account beside SMS, in the order in which to offer them. */
  otherFactors: SecondFactor[];
  /** Whether nothing can be sent, whatever else holds: by the country, by the day's money, or because no number is there. */
  isHopeless: boolean;
  /** Lose where the breaker is open. */
  requireWrites: readonly Write[];
  /** Tells the operator of a refusal, once the caller is known to stand. @throws StoreUnavailable */
  report(): Promise<void>;
}

/** Says what an account can expect of a request for a code. */
export interface SmsOutlooks {
  /**
   * Reads the account's factors and the day's money at once.
   * @param to the number that shall become a factor; `null` for the account's own
   * @throws StoreUnavailable
   */
  of(request: { accountId: string; to: PhoneNumber | null; requestedBy: SmsRequester }): Promise<SmsOutlook>;
}

/** Makes it. */
const makeSmsOutlooks = ({
  dynamo,
  availabilities,
}: {
  dynamo: Pick<Dynamo, 'batchGet'>;
  availabilities: SmsAvailabilities;
}): SmsOutlooks => ({
  of: async ({ accountId, to, requestedBy }) => {
    const [factorsItem = null, spent = null] = await dynamo.batchGet([
      factorsRow.at(accountId),
      availabilities.spentAt(),
    ]);
    const factors = parseFactors(factorsItem);
    const otherFactors = availableFactors(overviewOf(factors)).filter((factor) => factor !== 'sms');
    const country = (to ?? factors.sms)?.country;
    if (country === undefined) return { otherFactors, isHopeless: true, requireWrites: [], report: async () => {} };

    const sms = { country, requestedBy };
    const { refusedBy, requireWrites } = availabilities.of(sms, spent);
    const report = () => availabilities.report({ by: refusedBy ?? 'breaker', sms, spent });
    return { otherFactors, isHopeless: refusedBy !== null, requireWrites, report };
  },
});

export const provideSmsOutlooks = (scope: Scope<'sms'> & Ports): SmsOutlooks =>
  makeSmsOutlooks({ ...scope, availabilities: scope.use(provideSmsAvailabilities) });
