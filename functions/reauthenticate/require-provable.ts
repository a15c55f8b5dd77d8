import { ACR, meetsAcrValues } from '../../shared/contract/acr-values.ts';
import { problem } from '../../shared/contract/problems.ts';

/**
 * Refuses what no password and no code would help, before an attempt is spent on either.
 *
 * @param asked.isTwoFactorOn whether the account has a second factor on, which is then a part of every proof
 * @throws problem unmet-authentication-requirements, invalid-request
 */
export const requireProvable = ({
  isTwoFactorOn,
  acrValues,
  code,
}: {
  isTwoFactorOn: boolean;
  acrValues: string | null;
  code: string | null;
}): void => {
  if (!meetsAcrValues(isTwoFactorOn ? ACR.twoFactors : ACR.oneFactor, acrValues)) {
    throw problem('unmet-authentication-requirements');
  }
  if (isTwoFactorOn && code === null)
    throw problem('invalid-request', { errors: [{ field: 'code', code: 'required' }] });
};
