/** More tags than a caller can have a use for. */
const MAX_TAGS = 20;

const OUR_TAG = /^"v(\d{1,15})"$/;

/** A version as a strong entity tag. @see RFC 9110 §8.8.3 */
export const entityTag = (version: number): string => `"v${version}"`;

/**
 * Reads If-Match. A weak tag or one that isn't ours never matches, which is what the RFC asks of it.
 *
 * @returns the versions that the caller holds; `null` where any will do (no header, or `*`)
 * @see RFC 9110 §13.1.1
 */
export const matchedVersions = (ifMatch: string | undefined): number[] | null => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  const versions = ifMatch
    .split(',', MAX_TAGS)
    .map((tag) => OUR_TAG.exec(tag.trim())?.[1])
    .filter((version) => version !== undefined)
    .map(Number);
  return versions.length > 0 ? versions : [-1]; // no account has it: the precondition fails
};
