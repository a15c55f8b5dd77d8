import type * as z from 'zod/mini';
import { type FieldError, problem } from '../../shared/contract/problems.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import type { BoundRequest } from '../../shared/session/step-ups.ts';
import type { reauthenticateRequest } from './contract.ts';
import type { ReauthenticateInput } from './flow.ts';

type Body = z.infer<typeof reauthenticateRequest>;

/** SHA-256 of no bytes: the body of most DELETE requests. */
const OF_NO_BODY = sha256('');

const notApplicable = (field: string): FieldError => ({ field, code: 'not-applicable' });

/** The one request that a proof is asked for; `null` where it is for the session. @throws problem invalid-request */
const boundRequestOf = ({ action, body_sha256: bodySha256, max_age: maxAge }: Body): BoundRequest | null => {
  // A digest alone would be passed over in silence, and a proof that is over as it is given is good for nothing.
  if (action === undefined && bodySha256 !== undefined) {
    throw problem('invalid-request', { errors: [notApplicable('body_sha256')] });
  }
  if (action !== undefined && maxAge === 0) throw problem('invalid-request', { errors: [notApplicable('max_age')] });
  return action === undefined ? null : { action, bodySha256: bodySha256 ?? OF_NO_BODY };
};

/** What is given as a proof, and what it is asked for. @throws problem invalid-request */
export const askedProof = (
  body: Body,
): Pick<ReauthenticateInput, 'password' | 'code' | 'acrValues' | 'maxAgeSeconds' | 'bound'> => ({
  password: body.password,
  code: body.code ?? null,
  acrValues: body.acr_values ?? null,
  maxAgeSeconds: body.max_age ?? null,
  bound: boundRequestOf(body),
});
