import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeFactorResets } from '../../shared/account/factor-resets.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { FRESH_SESSION } from '../../shared/session/fresh-session.ts';
import { stopFactorReset } from './contract.ts';
import { makeStopFactorReset } from './flow.ts';

export const wire = serve({
  contract: stopFactorReset,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    ...FRESH_SESSION,
    accounts: makeAccounts,
    factorResets: makeFactorResets,
    recordEventWrite: provideRecordEventWrite,
  },
  flow: makeStopFactorReset,
  input: ({ principal, sourceIp, keeper }) => ({ principal, sourceIp, keeper }),
});

export const handler = wire(processRuntime(stopFactorReset));
