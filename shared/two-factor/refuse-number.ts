import type { Account } from '../account/accounts.ts';
import { type ClaimRow, wasFactorLately } from '../account/phone-claim-writes.ts';
import type { FieldErrorCode } from '../contract/field-errors.ts';
import type { NumberPurpose } from '../contract/number-purposes.ts';
import type { Factors } from './factors.ts';

/** A number that an owner wants to make something of, and what there is of it. */
interface WantedNumber {
  purpose: NumberPurpose;
  e164: string;
  account: Pick<Account, 'accountId' | 'recoveryPhone'>;
  factors: Pick<Factors, 'sms'>;
  /** Of the number; `null` where there is none, and where the purpose is another than recovery. */
  claim: ClaimRow;
}

/**
 * Why an account can't make this of a number, also where its owner reads the SMS. One phone must not be both the way past a lost password and the
 * second factor: who has it would need nothing else. A profile whose owner gets codes by SMS has their number, and no other.
 *
 * @returns the code of the field's error; `null` where it can (docs/adr/0054)
 */
export const refuseNumber = (
  { purpose, e164, account: { accountId, recoveryPhone }, factors: { sms }, claim }: WantedNumber,
  nowSeconds: number,
): FieldErrorCode | null => {
  switch (purpose) {
    case 'factor':
      return recoveryPhone?.e164 === e164 ? 'is-recovery-phone' : null;
    case 'recovery':
      return sms?.phoneNumber === e164 || wasFactorLately(claim, accountId, nowSeconds) ? 'is-factor' : null;
    case 'contact':
      return sms === null ? null : 'not-editable';
  }
};
