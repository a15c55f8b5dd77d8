import { type Account, accountRow, parseAccount, requireSessionWrite } from '../account/accounts.ts';
import type { JournalledChange } from '../account/change-journal.ts';
import type { GivingUp } from '../account/phone-claim-writes.ts';
import { makePhoneClaims, type PhoneProof } from '../account/phone-claims.ts';
import { isSessionCurrent, type Principal } from '../account/principal.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import { FORMER_FACTOR_SECONDS, UNDO_SECONDS } from '../contract/lifetimes.ts';
import type { Clock } from '../primitives/clock.ts';
import type { PhoneNumber } from '../primitives/phone-number.ts';
import { ownerWrites } from '../session/owner-writes.ts';
import { type Session, sessionRow } from '../session/session-row.ts';
import type { CarriedOver } from '../session/sessions.ts';
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
  /** `null` where the factors stay as they are. */
  change: FactorsChange | null;
  /** The caller's session in the next epoch; `null` where the other sessions live on. */
  carriedOver: CarriedOver | null;
  journalled: JournalledChange;
  writes: readonly Write[];
}

/** A number that was proven, and shall be the account's from now on. */
interface NumberConfirmation extends OwnChange {
  verificationId: string;
  number: PhoneNumber;
  /** As many accounts may have the number. */
  maximumAccounts: number;
  /** For each other account that has the number, also where this one gets none. */
  writesForOthers: PhoneProof['writesFor'];
  /** For the account that the number recovers no more. */
  writesForRecovered: PhoneProof['writesForRecovered'];
  /** Instead of the change, where this account gets none. */
  writesIfFull: readonly Write[];
}

/** The second factors of a signed-in caller. Every method that changes anything checks the session in the same transaction. */
export interface TwoFactor {
  /** @returns `null` where the session has ended @throws StoreUnavailable */
  read(principal: Principal): Promise<OwnFactors | null>;
  /** Likewise, for who may end the other sessions; in as many calls. @throws StoreUnavailable */
  readForChange(principal: Principal): Promise<OwnFactorsInSession | null>;
  /**
   * Awaits an app's first code, in place of the one that was awaited when `own` was read.
   * @returns `ended` for the session; `overtaken` where another request has begun or confirmed one since
   * @throws StoreUnavailable
   */
  begin(beginning: {
    principal: Principal;
    own: Pick<OwnFactors, 'enrollment'>;
    enrollment: TotpEnrollment;
    writes: readonly Write[];
  }): Promise<'begun' | 'ended' | 'overtaken'>;
  /**
   * Adds the app that was awaited.
   * @returns `false` for all but one of any number of attempts
   * @throws StoreUnavailable
   */
  confirm(confirmation: OwnChange & { enrollment: TotpEnrollment }): Promise<boolean>;
  /**
   * Gives the account a number that was just proven; with `sms` in the change, codes go there.
   * @returns `lost` for all but one of any number of attempts with a code; `number-taken` where as many accounts have the number
   * as may
   * @throws StoreUnavailable
   */
  confirmNumber(confirmation: NumberConfirmation): Promise<'confirmed' | 'lost' | 'number-taken'>;
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

  const phoneClaims = makePhoneClaims({ dynamo, clock });

  /**
   * @param consumed what the change uses up: it loses where that is gone
   * @param phone the number from then on, `null` for none; left out where it stays as it is
   */
  const writesOf = (
    { principal, own: { factors }, change, carriedOver, journalled, writes }: OwnChange,
    consumed: readonly Write[] = [],
    phone?: Account['phone'],
  ): Write[] => {
    return [
      ...ownerWrites({ principal, carriedOver, journalled, phone, nowSeconds: clock.nowSeconds() }),
      ...consumed,
      ...(change ? [changeFactorsWrite({ accountId: principal.accountId, seen: factors, change })] : []),
      ...writes,
    ];
  };

  /** The number that a change takes from the account, reserved for an undo; `null` where it keeps the one that it has. */
  const givenUpFor = (e164: string | null, { principal: { accountId }, own }: OwnChange): GivingUp | null => {
    const former = own.account.phone?.e164;
    if (former === undefined || former === e164) return null;
    const nowSeconds = clock.nowSeconds();
    return {
      e164: former,
      accountId,
      reservedUntilEpochSeconds: nowSeconds + UNDO_SECONDS,
      formerFactorUntilEpochSeconds:
        own.factors.sms?.phoneNumber === former ? nowSeconds + FORMER_FACTOR_SECONDS : null,
    };
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

    begin: async ({ principal, own, enrollment, writes }) => {
      await dynamo.write(prepareFactorsWrite(principal.accountId)); // the row that the confirmed app goes to
      const result = await dynamo.transact([
        requireSessionWrite(principal),
        beginEnrollmentWrite(principal.accountId, {
          enrollment,
          seen: own.enrollment,
          nowSeconds: clock.nowSeconds(),
        }),
        ...writes,
      ]);
      if (result.won) return 'begun';
      return result.refusals[0] ? 'ended' : 'overtaken';
    },

    confirm: async ({ enrollment, ...change }) => {
      const consumed = consumeEnrollmentWrite(change.principal.accountId, enrollment, clock);
      return (await dynamo.transact(writesOf(change, [consumed]))).won;
    },

    confirmNumber: async (confirmation) => {
      const { principal, verificationId, number, maximumAccounts, writesForOthers, writesForRecovered, writesIfFull } =
        confirmation;
      const { e164, country } = number;
      const proof: PhoneProof = {
        e164,
        accountId: principal.accountId,
        maximum: maximumAccounts,
        writesFor: writesForOthers,
        writesForRecovered,
      };
      const consumed = consumeVerificationWrite({ verificationId }, clock.nowSeconds());
      // Read for every number, so that one with other accounts and one without take as many calls.
      const [seen] = await Promise.all([
        phoneClaims.find(proof.e164),
        confirmation.change && dynamo.write(prepareFactorsWrite(principal.accountId)),
      ]);
      const taken = await phoneClaims.take({
        proof,
        seen,
        givenUp: givenUpFor(e164, confirmation),
        writes: writesOf(confirmation, [consumed], { e164, country, isVerified: true }),
      });
      if (taken.outcome !== 'full') return taken.outcome === 'taken' ? 'confirmed' : 'lost';

      // The code is used up: asking again with it would tell when one of the others has given the number up.
      const refused = await dynamo.transact([
        requireSessionWrite(principal),
        consumed,
        ...writesIfFull,
        ...taken.others.flatMap(writesForOthers),
      ]);
      return refused.won ? 'number-taken' : 'lost';
    },

    change: async (change) => {
      const removesSms = change.change?.sms === null;
      const writes = writesOf(change, [], removesSms ? null : undefined);
      return (await phoneClaims.give(writes, removesSms ? givenUpFor(null, change) : null)).won;
    },
  };
};
