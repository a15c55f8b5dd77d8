import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeEmailProofs } from '../../shared/account/email-proofs.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { provideAccessTokens } from '../../shared/session/access-tokens.ts';
import { requestEmailProof } from './contract.ts';
import { makeRequestEmailProof } from './flow.ts';

export const wire = serve({
  contract: requestEmailProof,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    accessTokens: provideAccessTokens,
    accounts: makeAccounts,
    emailProofs: makeEmailProofs,
    derivedSecrets: makeDerivedSecrets,
    recordEventWrite: provideRecordEventWrite,
    recordIntentWrite: makeRecordIntentWrite,
  },
  flow: makeRequestEmailProof,
  input: ({ principal, sourceIp, keeper }) => ({ principal, sourceIp, keeper }),
});

export const handler = wire(processRuntime(requestEmailProof));
