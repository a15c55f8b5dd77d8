import { provideHasher } from '../../shared/account/password-hasher.ts';
import { provideHistory } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideAccessTokenSigner, provideAccessTokens } from '../../shared/session/access-tokens.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
import { provideAttempts } from '../../shared/two-factor/attempts.ts';
import { makeCredentials } from '../../shared/two-factor/credentials.ts';
import { provideNoticeOfProofWrites } from '../../shared/two-factor/notice-of-proof-writes.ts';
import { askedProof } from './asked-proof.ts';
import { reauthenticate } from './contract.ts';
import { makeReauthenticate } from './flow.ts';
import { provideGrantProof } from './grant-proof.ts';
import { provideMatchStepUpCode } from './match-step-up-code.ts';

export const wire = serve({
  contract: reauthenticate,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    accessTokens: provideAccessTokens,
    credentials: makeCredentials,
    attempts: provideAttempts,
    sessions: makeSessions,
    hasher: provideHasher,
    matchStepUpCode: provideMatchStepUpCode,
    grantProof: provideGrantProof,
    signer: provideAccessTokenSigner,
    repeatTokens: provideRepeatTokens,
    history: provideHistory,
    noticeOfProofWrites: provideNoticeOfProofWrites,
  },
  flow: makeReauthenticate,
  input: ({ body, ...request }) => ({ ...request, ...askedProof(body) }),
});

export const handler = wire(processRuntime(reauthenticate));
