import type * as z from 'zod/mini';
import type { ProfileMembers } from '../../shared/account/profile.ts';
import type { ProfileView } from '../../shared/account/profile-view.ts';
import type { FieldErrorCode } from '../../shared/contract/field-errors.ts';
import { type Problem, problem } from '../../shared/contract/problems.ts';
import type { updateProfileRequest } from './contract.ts';

/** What an app sends back of an answer, and has to be as it is; left out where it said nothing. */
export interface ReadOnlyMembers {
  sub?: string | undefined;
  email_verified?: boolean | undefined;
  phone_number_verified?: boolean | undefined;
}

/** The address is not to be removed, which no flow does. */
export interface KeepsEmail {
  email?: string | undefined;
}

/** Parts what an owner may write from what has to be as it is, and from what is ignored: an app may send back an answer as it was. */
export const partedMembers = (body: z.infer<typeof updateProfileRequest>) => {
  const { email, email_unreachable: isUnreachable = false, phone_number: phoneNumber, ...rest } = body;
  const { recovery_phone: recoveryPhone, ...said } = rest;
  const { sub, email_verified, phone_number_verified, ...others } = said;
  const { updated_at: _, pending: __, session: ___, ...members } = others;
  return {
    email,
    isUnreachable,
    phoneNumber,
    recoveryPhone,
    readOnly: { sub, email_verified, phone_number_verified },
    members: members as ProfileMembers, // what JSON.parse made can only be JSON
  };
};

/** The problem for one wrong member. */
export const wrong = (field: string, code: FieldErrorCode): Problem =>
  problem('invalid-request', { errors: [{ field, code }] });

/** The problem for a member that isn't changed here. */
export const notEditable = (field: string): Problem => wrong(field, 'not-editable');

/** Refuses what can be told without reading. An account always has a proven address. @throws problem invalid-request */
export const requireUnchanged = ({ sub, email_verified }: ReadOnlyMembers, accountId: string): void => {
  if (sub !== undefined && sub.toLowerCase() !== accountId) throw notEditable('sub');
  if (email_verified === false) throw notEditable('email_verified');
};

/** Refuses the rest, which only the account tells. @throws problem invalid-request */
export const requireAsRead = async (
  { phone_number_verified: isVerified }: ReadOnlyMembers,
  view: () => Promise<ProfileView>,
): Promise<void> => {
  if (isVerified === undefined) return; // what isn't asked isn't read
  if (isVerified !== (await view()).phone_number_verified) throw notEditable('phone_number_verified');
};
