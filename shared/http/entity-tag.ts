import type { ProfileVersion } from '../contract/profile-version.ts';

/** More than a client needs. */
const MAX_TAGS = 20;

const OUR_TAG = /^"v(\d{1,15})(?:-pending)?"$/;

/**
 * A version as a strong entity tag. A change that is pending ends by time alone, which raises no version, so the tag says whether
 * there is one.
 *
 * @see RFC 9110 §8.8.3
 */
export const entityTag = ({ number, hasPending }: ProfileVersion): string =>
  `"v${number}${hasPending ? '-pending' : ''}"`;

const isAny = (header: string): boolean => header.trim() === '*';

/** The versions that a list of tags names; foreign ones are left out. */
const versionsIn = (tags: readonly string[]): number[] =>
  tags
    .map((tag) => OUR_TAG.exec(tag)?.[1])
    .filter((version) => version !== undefined)
    .map(Number);

const tagsIn = (header: string): string[] => header.split(',', MAX_TAGS).map((tag) => tag.trim());

/**
 * Parses If-Match. Weak and foreign tags never match (RFC 9110 §13.1.1 requires the strong comparison). A tag from before a pending change
 * ended by time alone does: nothing was written since, so there is no update to lose.
 *
 * @returns the versions that the caller has; `null` where any matches (no header, or `*`)
 * @see RFC 9110 §13.1.1
 */
export const matchedVersions = (ifMatch: string | undefined): number[] | null => {
  if (ifMatch === undefined || isAny(ifMatch)) return null;
  const versions = versionsIn(tagsIn(ifMatch));
  return versions.length > 0 ? versions : [-1]; // matches no account, so the precondition fails
};

/** Tags of versions that a caller holds. */
export type KnownTags = readonly string[] | 'any';

/**
 * Parses If-None-Match. A weak tag matches like a strong one (RFC 9110 §13.1.2 requires the weak comparison): a cache on the way may
 * have weakened it.
 *
 * @returns the tags that the caller has, as strong ones, none without the header; `any` for `*`
 * @see RFC 9110 §13.1.2
 */
export const knownTags = (ifNoneMatch: string | undefined): KnownTags => {
  if (ifNoneMatch === undefined) return [];
  return isAny(ifNoneMatch) ? 'any' : tagsIn(ifNoneMatch).map((tag) => tag.replace(/^W\//, ''));
};

/** Whether a caller who holds these has this version. */
export const isKnown = (known: KnownTags, version: ProfileVersion): boolean =>
  known === 'any' || known.includes(entityTag(version));
