/**
 * How a caller was authenticated, as the claim `acr` names it: with the password, or with a second factor beside it. URIs of our own,
 * since no registered name means either (docs/adr/0058).
 *
 * @see OpenID Connect Core §2, RFC 6711
 */
export const ACR = { oneFactor: 'urn:keyturn:acr:1fa', twoFactors: 'urn:keyturn:acr:2fa' } as const;

/** One of them. */
export type Acr = (typeof ACR)[keyof typeof ACR];

/** All of them, the strongest first: what answers prefer. */
export const ACR_VALUES: readonly Acr[] = [ACR.twoFactors, ACR.oneFactor];

/** As requests, challenges and problem documents list them. @see OpenID Connect Core §3.1.2.1 */
export const writeAcrValues = (values: readonly Acr[]): string => values.join(' ');

/**
 * Whether a proof is one of those that are asked for; a stronger one is too. What this service doesn't know is met by nothing.
 *
 * @param wanted parted by blanks; `null` where any will do
 * @see RFC 9470 §4
 */
export const meetsAcrValues = (proven: Acr, wanted: string | null): boolean => {
  if (wanted === null) return true;
  const met = ACR_VALUES.slice(ACR_VALUES.indexOf(proven)) as readonly string[];
  return wanted.split(/\s+/).some((value) => met.includes(value));
};
