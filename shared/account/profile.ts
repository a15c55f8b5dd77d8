import type { EditableClaim, TextClaim } from '../contract/profile-claims.ts';
import { type JsonObject, type JsonValue, jsonDepth, mergePatch } from '../primitives/json-merge-patch.ts';

/** The app's own JSON object beside the claims may be this large, as UTF-8 (the wire contract). */
const METADATA_MAX_BYTES = 4096;

/** Deep enough for any app's settings, shallow enough for every parser. */
const METADATA_MAX_DEPTH = 8;

/** What the claims hold once they were validated. */
type Claims = { [claim in TextClaim]?: string } & { address?: Record<string, string> };

/** The editable part of a profile. */
export interface ProfileContent {
  claims: Claims;
  metadata: JsonObject;
}

/** The editable members of a request, already validated; `null` removes. */
export type ProfileMembers = { [claim in EditableClaim]?: JsonValue | undefined } & {
  metadata?: JsonObject | null | undefined;
};

/** PUT: what the request leaves out is cleared. @see RFC 9110 §9.3.4 */
export const replaceProfile = (members: ProfileMembers): ProfileContent =>
  mergeProfile({ claims: {}, metadata: {} }, members);

const mergeMetadata = (current: JsonObject, patch: JsonObject | null): JsonObject =>
  patch === null ? {} : (mergePatch(current, patch) as JsonObject);

/** PATCH: what the request leaves out stays. @see RFC 7396 */
export const mergeProfile = (current: ProfileContent, members: ProfileMembers): ProfileContent => {
  const { metadata, ...claims } = members;
  const given = Object.entries(claims).filter(([, value]) => value !== undefined) as [EditableClaim, JsonValue][];
  return {
    claims: mergePatch(current.claims, Object.fromEntries(given)) as ProfileContent['claims'],
    metadata: metadata === undefined ? current.metadata : mergeMetadata(current.metadata, metadata),
  };
};

/** Whether metadata may be kept: a bound on what one account can store and on how deep a reader must go. */
export const isMetadataAcceptable = (metadata: JsonObject): boolean =>
  jsonDepth(metadata) <= METADATA_MAX_DEPTH && Buffer.byteLength(JSON.stringify(metadata)) <= METADATA_MAX_BYTES;

/**
 * Whether a merge can be written without reading first: plain claims can, because each replaces whole what was there.
 * Metadata and the address are merged member by member, so the writer has to see them.
 */
export const isPlainMerge = (members: ProfileMembers): boolean =>
  members.metadata === undefined && members.address === undefined;
