/** The OpenID Connect standard claims of an account that are texts, and that its owner may edit. @see OpenID Connect Core §5.1 */
export const TEXT_CLAIMS = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
] as const;

export type TextClaim = (typeof TEXT_CLAIMS)[number];

/** All that the account's owner may edit. @see OpenID Connect Core §5.1.1 */
export const EDITABLE_CLAIMS = [...TEXT_CLAIMS, 'address'] as const;

export type EditableClaim = (typeof EDITABLE_CLAIMS)[number];
