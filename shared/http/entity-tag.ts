/** More than a client needs. */
const MAX_TAGS = 20;

const OUR_TAG = /^"v(\d{1,15})(?:-pending)?"$/;

/**
 * A version as a strong entity tag. A change that is pending ends by time alone, which raises no version, so the tag says whether
 * there is one.
 *
 * @see RFC 9110 §8.8.3
 */
export const entityTag = ({ version, hasPending }: { version: number; hasPending: boolean }): string =>
  `"v${version}${hasPending ? '-pending' : ''}"`;

/**
 * Parses If-Match. Weak and foreign tags never match (RFC 9110 §13.1.1 requires the strong comparison).
 *
 * @returns the versions that the caller has; `null` where any matches (no header, or `*`)
 * @see RFC 9110 §13.1.1
 */
export const matchedVersions = (ifMatch: string | undefined): number[] | null => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  const versions = ifMatch
    .split(',', MAX_TAGS)
    .map((tag) => OUR_TAG.exec(tag.trim())?.[1])
    .filter((version) => version !== undefined)
    .map(Number);
  return versions.length > 0 ? versions : [-1]; // matches no account, so the precondition fails
};
