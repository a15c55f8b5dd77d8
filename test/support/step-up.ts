import { createHash } from 'node:crypto';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { GOOD_PASSWORD } from './journeys.ts';
import type { EventChanges } from './load-event.ts';
import { callAs } from './second-factor.ts';
import type { Answer, World } from './world.ts';

/** SHA-256 of a body. */
export const sha256Of = (body: string, encoding: 'hex' | 'base64url' = 'base64url'): string =>
  createHash('sha256').update(body).digest(encoding);

/** Asks for a proof of one request. @param asked the request, and what else reauthenticate takes */
export const proveFor = (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
  { body, ...asked }: { action: string; body?: string; code?: string; acr_values?: string; max_age?: number },
): Promise<Answer> =>
  callAs(world, 'reauthenticate', 'reauthenticate/json', token, {
    body: { password: GOOD_PASSWORD, ...asked, ...(body !== undefined && { body_sha256: sha256Of(body) }) },
  });

/** Makes an event carry a proof for it. */
export const withProof = (stepUpToken: string): EventChanges => ({ 'headers.keyturn-step-up': stepUpToken });
