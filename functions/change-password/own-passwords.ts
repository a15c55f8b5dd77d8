import { setPasswordWrite } from '../../shared/account/passwords.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { OwnerAction } from '../../shared/session/owner-action.ts';
import { type OwnerChange, ownerWrites } from '../../shared/session/owner-writes.ts';

type PasswordReplacement = OwnerAction['change'] &
  Pick<OwnerChange, 'principal'> & {
    /** Of the new password: argon2id, PHC string. */
    phc: string;
  };

/** The passwords that owners change themselves. */
export interface OwnPasswords {
  /**
   * Sets another password in the caller's epoch and raises that, in one transaction. Each way to set a password raises the epoch, so the
   * hash is the one that was verified, or the same password's under today's parameters.
   * @returns `false` for all but one of any number of changes from one epoch, and where the session has ended
   * @throws StoreUnavailable
   */
  replace(replacement: PasswordReplacement): Promise<boolean>;
}

/** Opens the passwords. */
export const makeOwnPasswords = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): OwnPasswords => ({
  replace: async ({ principal, carriedOver, journalled, phc, writes }) => {
    const result = await dynamo.transact([
      ...ownerWrites({ principal, carriedOver, journalled, nowSeconds: clock.nowSeconds() }),
      setPasswordWrite({ accountId: principal.accountId, phc, epoch: principal.epoch + 1 }),
      ...writes,
    ]);
    return result.won;
  },
});
