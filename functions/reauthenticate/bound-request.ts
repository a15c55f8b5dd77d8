import { type FieldError, problem } from '../../shared/contract/problems.ts';
import type { BoundRequest } from '../../shared/session/step-ups.ts';

/** SHA-256 of no bytes: the body of most DELETE requests. */
const OF_NO_BODY = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

/** The members that name one request; left out where the proof is for the session. */
interface Named {
  action?: string | undefined;
  body_sha256?: string | undefined;
  max_age?: number | undefined;
}

const notApplicable = (field: string): FieldError => ({ field, code: 'not-applicable' });

/**
 * Reads the one request that a proof is asked for.
 *
 * @returns `null` where it is for the session
 * @throws problem invalid-request
 */
export const boundRequestOf = ({ action, body_sha256: bodySha256, max_age: maxAge }: Named): BoundRequest | null => {
  // A digest alone would be passed over in silence, and a proof that is over as it is given is good for nothing.
  if (action === undefined && bodySha256 !== undefined) {
    throw problem('invalid-request', { errors: [notApplicable('body_sha256')] });
  }
  if (action !== undefined && maxAge === 0) throw problem('invalid-request', { errors: [notApplicable('max_age')] });
  return action === undefined ? null : { action, bodySha256: bodySha256 ?? OF_NO_BODY };
};
