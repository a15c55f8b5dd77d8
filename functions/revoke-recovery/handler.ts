import { makeEmailChanges } from '../../shared/account/email-changes.ts';
import { makeFactorResets } from '../../shared/account/factor-resets.ts';
import { makeRecoveries } from '../../shared/account/recoveries.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { makeSignInLinks } from '../../shared/account/sign-in-links.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { revokeRecovery } from './contract.ts';
import { makeRevokeRecovery } from './flow.ts';

export const wire = serve({
  contract: revokeRecovery,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    recoveries: makeRecoveries,
    signInLinks: makeSignInLinks,
    emailChanges: makeEmailChanges,
    factorResets: makeFactorResets,
    recordEventWrite: provideRecordEventWrite,
  },
  flow: makeRevokeRecovery,
  input: ({ body, sourceIp, keeper }) => ({ token: body.token, sourceIp, keeper }),
});

export const handler = wire(processRuntime(revokeRecovery));
