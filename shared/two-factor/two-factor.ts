import { type Account, accountRow, parseAccount, requireSessionWrite } from '../account/accounts.ts';
import { claimPhoneWrite, transactReleasing } from '../account/phone-claims.ts';
import { isSessionCurrent, type Principal } from '../account/principal.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import type { Clock } from '../primitives/clock.ts';
import { ownerWrites } from '../session/owner-writes.ts';
import { type CarriedOver, type Session, sessionRow } from '../session/sessions.ts';
import {
  changeFactorsWrite,
  type Factors,
  type FactorsChange,
  factorsRow,
  parseFactors,
  prepareFactorsWrite,
} from './factors.ts';
import {
  beginEnrollmentWrite,
  consumeEnrollmentWrite,
  enrollmentRow,
  parseEnrollment,
  type TotpEnrollment,
} from './totp-enrollments.ts';
import { consumeVerificationWrite } from './verifications.ts';

/** A signed-in caller's account and second factors, as of one instant. */
export interface OwnFactors {
  account: Account;
  factors: Factors;
  /** `null` where no first code of an app is awaited. */
  enrollment: TotpEnrollment | null;
}

/** The same with the caller's session, which goes on where a change ends all others. */
export type OwnFactorsInSession = OwnFactors & { session: Session };

/** A change of the caller's own factors. The account's number follows the factor's: with codes by SMS it comes, changes and goes. */
interface OwnChange {
  principal: Principal;
  /** As they were read: the change loses when apps or number are others by now. */
  own: Pick<OwnFactors, 'account' | 'factors'>;
  change: FactorsChange;
  /** The caller's session in the next epoch; `null` where the other sessions live on. */
  carriedOver: CarriedOver | null;
  writes: readonly Write[];
}

/** The second factors of a signed-in caller. Every method that changes anything checks the session in the same transaction. */
export interface TwoFactor {
  /** @returns `null` where the session has ended @throws StoreUnavailable */
  read(principal: Principal): Promise<OwnFactors | null>;
  /** Likewise, for who may end the other sessions; in as many calls. @throws StoreUnavailable */
  readForChange(principal: Principal): Promise<OwnFactorsInSession | null>;
  /**
   * Awaits an app's first code, in place of one that was awaited before.
   * @returns `false` where the session has ended
   * @throws StoreUnavailable
   */
  begin(principal: Principal, enrollment: TotpEnrollment): Promise<boolean>;
  /**
   * Adds the app that was awaited.
   * @returns `false` for all but one of any number of attempts
   * @throws StoreUnavailable
   */
  confirm(confirmation: OwnChange & { enrollment: TotpEnrollment }): Promise<boolean>;
  /**
   * Lets codes go to a number that was just proven.
   * @returns `false` for all but one of any number of attempts with a code
   * @throws StoreUnavailable
   */
  confirmSms(confirmation: OwnChange & { verificationId: string }): Promise<boolean>;
  /** Any other change. @returns `false` after a concurrent change or the session's end @throws StoreUnavailable */
  change(change: OwnChange): Promise<boolean>;
}

/** Opens them. */
export const makeTwoFactor = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): TwoFactor => {
  const readsOf = ({ accountId }: Principal) => [
    accountRow.at(accountId),
    factorsRow.at(accountId),
    enrollmentRow.at(accountId),
  ];

  const parse = (principal: Principal, [account, factors, enrollment]: (Item | null)[]): OwnFactors | null => {
    const found = account ? parseAccount(account) : null;
    if (!found || !isSessionCurrent(found, principal)) return null;
    const now = { epoch: found.epoch, nowSeconds: clock.nowSeconds() };
    return {
      account: found,
      factors: parseFactors(factors ?? null),
      enrollment: parseEnrollment(enrollment ?? null, now),
    };
  };

  /** @param consumed what the change uses up: it loses where that is gone */
  const changeOwn = async (
    { principal, own: { account, factors }, change, carriedOver, writes }: OwnChange,
    consumed: readonly Write[] = [],
  ): Promise<boolean> => {
    const { accountId } = principal;
    const { sms } = change;
    const phone = sms ? { e164: sms.phoneNumber, country: sms.country } : sms;
    const former = account.phone?.e164;
    const isGivenUp = phone !== undefined && former !== undefined && former !== phone?.e164;
    const result = await transactReleasing(
      dynamo,
      [
        ...ownerWrites({ principal, carriedOver, phone, nowSeconds: clock.nowSeconds() }),
        ...consumed,
        changeFactorsWrite({ accountId, seen: factors, change }),
        ...(phone ? [claimPhoneWrite({ e164: phone.e164, accountId })] : []),
        ...writes,
      ],
      isGivenUp ? { e164: former, accountId } : null,
    );
    return result.won;
  };

  return {
    read: async (principal) => parse(principal, await dynamo.transactGet(readsOf(principal))),

    readForChange: async (principal) => {
      const reads = [...readsOf(principal), sessionRow.at(principal.accountId, principal.sessionId)];
      const items = await dynamo.transactGet(reads);
      const own = parse(principal, items);
      const session = items.at(-1);
      return own && session ? { ...own, session: sessionRow.parse(session) } : null;
    },

    begin: async (principal, enrollment) => {
      await dynamo.write(prepareFactorsWrite(principal.accountId)); // the row that the confirmed app goes to
      const result = await dynamo.transact([
        requireSessionWrite(principal),
        beginEnrollmentWrite(principal.accountId, enrollment),
      ]);
      return result.won;
    },

    confirm: ({ enrollment, ...change }) =>
      changeOwn(change, [consumeEnrollmentWrite(change.principal.accountId, enrollment, clock)]),

    confirmSms: async ({ verificationId, ...change }) => {
      await dynamo.write(prepareFactorsWrite(change.principal.accountId));
      return changeOwn(change, [consumeVerificationWrite({ verificationId }, clock.nowSeconds())]);
    },

    change: (change) => changeOwn(change),
  };
};
