import { provideAccessTokens } from './access-tokens.ts';
import { makeStepUps } from './step-ups.ts';

/** What tells whether a signed-in caller was proven lately, or for this request alone: for every flow that may ask for it. */
export const FRESH_SESSION = { accessTokens: provideAccessTokens, stepUps: makeStepUps } as const;
