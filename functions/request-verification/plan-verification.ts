import { isFresh } from '../../shared/account/principal.ts';
import { isExpired } from '../../shared/aws/row.ts';
import type { FieldErrorCode } from '../../shared/contract/field-errors.ts';
import type { NumberPurpose } from '../../shared/contract/number-purposes.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { SmsRequester } from '../../shared/contract/sms-requester.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';
import type { TokenCaller } from '../../shared/two-factor/read-token-caller.ts';
import { provideRequestedVerifications, type RequestedVerifications } from './requested-verifications.ts';
import type { RequestedVerification } from './verification-requests.ts';
import type { WantedNumber } from './wanted-number.ts';

interface PlanVerificationDeps {
  requestedVerifications: RequestedVerifications;
  clock: Clock;
  settings: { recovery: { byPhone: boolean } };
}

/** What a caller asks for. */
interface AskedVerification {
  caller: TokenCaller;
  /** `null` where the caller named none. */
  phoneNumber: PhoneNumber | null;
  /** What the number shall become; `null` where the caller said nothing of it. */
  purpose: NumberPurpose | null;
  sourceIp: string;
}

/** A verification, the class that its request is counted for, and whom it is for. */
export type PlannedVerification = { requestedBy: SmsRequester; requested: RequestedVerification } & (
  | { account: { accountId: string; to: WantedNumber | null }; number?: never }
  | { account?: never; number: string }
);

/** @throws problem invalid-request, unauthenticated, fresh-session-required */
export type PlanVerification = (asked: AskedVerification) => PlannedVerification;

const wrong = (field: string, code: FieldErrorCode) => problem('invalid-request', { errors: [{ field, code }] });

/** Makes what tells the callers' verifications apart. */
const makePlanVerification = ({ requestedVerifications, clock, settings }: PlanVerificationDeps): PlanVerification => {
  /** @throws problem invalid-request where the caller's words make no sense together, or the operator doesn't offer it */
  const requirePurpose = ({ caller, phoneNumber, purpose }: AskedVerification): void => {
    if (purpose === null) return;
    if (caller.kind !== 'session') throw wrong('purpose', 'not-applicable'); // no account would get the number
    if (!phoneNumber) throw wrong('phone_number', 'required');
    if (purpose === 'recovery' && !settings.recovery.byPhone) throw wrong('purpose', 'not-offered');
  };

  return (asked) => {
    requirePurpose(asked);
    const { caller, phoneNumber, purpose, sourceIp } = asked;
    if (caller.kind === 'challenge') {
      const { challenge } = caller; // its verification was begun at sign-in
      if (isExpired(challenge, clock.nowSeconds())) throw problem('unauthenticated');
      const requested = requestedVerifications.ofChallenge(challenge);
      return { requestedBy: 'owner', requested, account: { accountId: challenge.accountId, to: null } };
    }
    if (caller.kind === 'session') {
      const { principal } = caller;
      // Another number changes the account; the own one, for reauthenticate, makes the session fresh in the first place.
      if (phoneNumber && !isFresh(principal, clock.nowSeconds())) throw problem('fresh-session-required');
      const to = phoneNumber && { ...phoneNumber, purpose: purpose ?? 'factor' };
      const requested = requestedVerifications.ofSession(principal, to);
      const requestedBy = to ? 'account' : 'owner';
      return { requestedBy, requested, account: { accountId: principal.accountId, to } };
    }
    if (!phoneNumber) throw wrong('phone_number', 'required');
    const requested = requestedVerifications.ofNumber(sourceIp, phoneNumber);
    return { requestedBy: 'anyone', requested, number: phoneNumber.e164 };
  };
};

export const providePlanVerification = (scope: Scope<'recovery'> & Ports): PlanVerification =>
  makePlanVerification({ ...scope, requestedVerifications: scope.use(provideRequestedVerifications) });
