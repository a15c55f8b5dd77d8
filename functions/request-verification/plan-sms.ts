import { isFresh } from '../../shared/account/principal.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';
import type { TokenCaller } from '../../shared/two-factor/read-token-caller.ts';
import type { RequestedVerifications } from './requested-verifications.ts';

/**
 * The verification of each kind of caller who asks for a code by SMS, and the class that the request is counted for.
 *
 * @throws problem invalid-request, fresh-session-required
 */
export const planSms = (
  { requestedVerifications, clock }: { requestedVerifications: RequestedVerifications; clock: Clock },
  { caller, phoneNumber: to, sourceIp }: { caller: TokenCaller; phoneNumber: PhoneNumber | null; sourceIp: string },
) => {
  if (caller.kind === 'challenge') {
    const { challenge } = caller; // its verification was begun at sign-in
    const requested = requestedVerifications.ofChallenge(challenge);
    return { requestedBy: 'owner' as const, requested, account: { accountId: challenge.accountId, to: null } };
  }
  if (caller.kind === 'session') {
    const { principal } = caller;
    // Another number is another factor; the own one, for reauthenticate, makes the session fresh in the first place.
    if (to && !isFresh(principal, clock.nowSeconds())) throw problem('fresh-session-required');
    const requested = requestedVerifications.ofSession(principal, to);
    const requestedBy = to ? ('account' as const) : ('owner' as const);
    return { requestedBy, requested, account: { accountId: principal.accountId, to } };
  }
  if (!to) throw problem('invalid-request', { errors: [{ field: 'phone_number', code: 'required' }] });
  const requested = requestedVerifications.ofNumber(sourceIp, to);
  return { requestedBy: 'anyone' as const, requested, number: to.e164 };
};
