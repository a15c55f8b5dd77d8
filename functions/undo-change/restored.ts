import type { Factors } from '../../shared/two-factor/factors.ts';
import { haveSameFactors } from '../../shared/two-factor/second-factors.ts';
import type { PlannedNumbers, UndoableChange } from './undoable-changes.ts';

/** What can be another than before a change. */
type Restored = 'email' | 'phone_number' | 'recovery_phone' | 'second_factors' | 'password';

/** The answer of an undo. */
export interface UndoChangeAnswer {
  status: 'change-undone';
  restored: Restored[];
}

/** What the undo makes another. */
export const restoredBy = (
  { account, image, reference, factors: present }: UndoableChange,
  before: Factors,
  { recoveryPhone }: PlannedNumbers,
): Restored[] => {
  const { email, phone, passwordChangeNumber = 0 } = account;
  const differs: Readonly<Record<Restored, boolean>> = {
    email: email !== image.email,
    phone_number: phone?.e164 !== image.phone?.e164,
    recovery_phone: recoveryPhone !== undefined,
    second_factors: !haveSameFactors(present, before),
    password: passwordChangeNumber >= reference.number,
  };
  return (Object.keys(differs) as Restored[]).filter((name) => differs[name]);
};
