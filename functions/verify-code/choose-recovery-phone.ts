import { requireSessionWrite } from '../../shared/account/accounts.ts';
import type { JournalledChange } from '../../shared/account/change-journal.ts';
import type { Principal } from '../../shared/account/principal.ts';
import { makeRecoveryClaims } from '../../shared/account/recovery-claims.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';
import { ownerWrites } from '../../shared/session/owner-writes.ts';
import type { CarriedOver } from '../../shared/session/sessions.ts';
import type { OwnFactors } from '../../shared/two-factor/two-factor.ts';
import { consumeVerificationWrite } from '../../shared/two-factor/verifications.ts';

/** A number that was proven, and that recovers the account from now on. */
interface RecoveryPhoneChoice {
  principal: Principal;
  /** As it was read: the choice loses when anything of it was changed since. */
  own: Pick<OwnFactors, 'account'>;
  verificationId: string;
  number: PhoneNumber;
  /** The caller's session in the next epoch; `null` where the other sessions live on. */
  carriedOver: CarriedOver | null;
  journalled: JournalledChange;
  writes: readonly Write[];
  /** For the account that the number recovers no more. */
  writesForRecovered: (accountId: string) => readonly Write[];
  /** Instead of the choice, where the number was a factor of the account lately. */
  writesIfRefused: readonly Write[];
}

/**
 * Writes a choice. The code is used up in any case.
 *
 * @returns `lost` for all but one of any number of attempts with a code; `was-factor` where the number was a factor of the account lately
 * @throws StoreUnavailable
 */
export type ChooseRecoveryPhone = (choice: RecoveryPhoneChoice) => Promise<'confirmed' | 'lost' | 'was-factor'>;

/** Makes it. */
export const makeChooseRecoveryPhone = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): ChooseRecoveryPhone => {
  const claims = makeRecoveryClaims({ dynamo, clock });

  return async (choice) => {
    const { principal, own, verificationId, number, carriedOver, journalled, writes, writesForRecovered } = choice;
    const { e164, country } = number;
    const nowSeconds = clock.nowSeconds();
    const former = own.account.recoveryPhone?.e164 ?? null;
    const consumed = consumeVerificationWrite({ verificationId }, nowSeconds);
    const recoveryPhone = { e164, country, choiceId: journalled.reference.id };
    const outcome = await claims.choose({
      e164,
      accountId: principal.accountId,
      former: former === e164 ? null : former,
      writes: [...ownerWrites({ principal, carriedOver, journalled, recoveryPhone, nowSeconds }), consumed, ...writes],
      writesForRecovered,
    });
    if (outcome !== 'was-factor') return outcome === 'chosen' ? 'confirmed' : 'lost';

    const refused = await dynamo.transact([requireSessionWrite(principal), consumed, ...choice.writesIfRefused]);
    return refused.won ? 'was-factor' : 'lost';
  };
};
