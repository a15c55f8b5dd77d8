import type { Clock } from '../domain/clock.ts';
import { isSessionCurrent, type Principal } from '../domain/session.ts';
import { type Account, accountKey, parseAccount, raiseEpoch, requireSession } from './accounts.ts';
import type { Dynamo, Write } from './dynamo.ts';
import {
  changeFactors,
  type Factors,
  type FactorsChange,
  factorsKey,
  parseFactors,
  prepareFactors,
} from './factors.ts';
import { provePhone } from './proven-phones.ts';
import { carrySessionOver, type Session } from './sessions.ts';
import {
  beginEnrollment,
  consumeEnrollment,
  enrollmentKey,
  parseEnrollment,
  type TotpEnrollment,
} from './totp-enrollments.ts';
import { consumeVerification } from './verifications.ts';

/** A signed-in caller's account and second factors, as of one instant. */
export interface OwnFactors {
  account: Account;
  factors: Factors;
  /** `null` where no first code of an app is awaited. */
  enrollment: TotpEnrollment | null;
}

/** A change of the caller's own factors. */
export interface OwnChange {
  principal: Principal;
  /** As they were read: the change loses when apps or number are others by now. */
  seen: Factors;
  change: FactorsChange;
  alongside: readonly Write[];
}

/** The second factors of a signed-in caller. Every method that changes anything checks the session in the same transaction. */
export interface TwoFactor {
  /** @returns `null` where the session has ended */
  read(principal: Principal): Promise<OwnFactors | null>;
  /** Awaits an app's first code, in place of one that was awaited before. @returns `false` where the session has ended */
  begin(principal: Principal, enrollment: TotpEnrollment): Promise<boolean>;
  /** Adds the app that was awaited. @returns `false` for all but one of any number of attempts */
  confirm(confirmation: OwnChange & { enrollment: TotpEnrollment }): Promise<boolean>;
  /** Changes factors without ending sessions. @returns `false` where somebody else changed them or the session has ended */
  change(change: OwnChange): Promise<boolean>;
  /**
   * Lets codes go to a number that was just proven. Another number in its place signs everybody else out.
   * @param carriedOver the caller's session in the next epoch, where a number is replaced; otherwise `null`
   * @returns `false` for all but one of any number of attempts with a code
   */
  confirmSms(
    confirmation: OwnChange & {
      phone: { e164: string; country: string };
      verificationId: string;
      carriedOver: { session: Session; refreshDigest: string } | null;
    },
  ): Promise<boolean>;
  /**
   * Takes factors away: everybody else is signed out, the caller's session goes on with a new refresh token.
   * @returns `false` where somebody else changed them or the session has ended
   */
  remove(removal: OwnChange & { session: Session; refreshDigest: string }): Promise<boolean>;
}

/** Opens them. */
export const makeTwoFactor = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): TwoFactor => {
  const won = async (writes: readonly Write[]): Promise<boolean> => (await dynamo.transact(writes)).won;

  return {
    read: async (principal) => {
      const { accountId } = principal;
      const [account, factors, enrollment] = await dynamo.getTogether([
        { table: 'accounts', key: accountKey(accountId) },
        { table: 'credentials', key: factorsKey(accountId) },
        { table: 'tokens', key: enrollmentKey(accountId) },
      ]);
      const found = account ? parseAccount(account) : null;
      if (!found || !isSessionCurrent(found, principal)) return null;
      const now = { epoch: found.epoch, nowSeconds: clock.nowSeconds() };
      return {
        account: found,
        factors: parseFactors(factors ?? null),
        enrollment: parseEnrollment(enrollment ?? null, now),
      };
    },

    begin: async (principal, enrollment) => {
      await dynamo.write(prepareFactors(principal.accountId)); // the row that the confirmed app goes to
      return won([requireSession(principal), beginEnrollment(principal.accountId, enrollment)]);
    },

    confirm: ({ principal, seen, change, enrollment, alongside }) => {
      const { accountId } = principal;
      return won([
        requireSession(principal),
        consumeEnrollment(accountId, enrollment, clock),
        changeFactors({ accountId, seen, change }),
        ...alongside,
      ]);
    },

    confirmSms: async ({ principal, seen, change, phone, verificationId, carriedOver, alongside }) => {
      await dynamo.write(prepareFactors(principal.accountId));
      const nowSeconds = clock.nowSeconds();
      return won([
        ...provePhone({ principal, phone, replaces: carriedOver !== null, nowSeconds }),
        ...(carriedOver ? [carrySessionOver(carriedOver)] : []),
        consumeVerification({ verificationId }, nowSeconds),
        changeFactors({ accountId: principal.accountId, seen, change }),
        ...alongside,
      ]);
    },

    change: ({ principal, seen, change, alongside }) =>
      won([requireSession(principal), changeFactors({ accountId: principal.accountId, seen, change }), ...alongside]),

    remove: ({ principal, seen, change, session, refreshDigest, alongside }) =>
      won([
        raiseEpoch(principal),
        carrySessionOver({ session, refreshDigest }),
        changeFactors({ accountId: principal.accountId, seen, change }),
        ...alongside,
      ]),
  };
};
