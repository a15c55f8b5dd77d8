import { provideAcceptPassword } from '../../shared/account/accept-password.ts';
import { provideHasher } from '../../shared/account/password-hasher.ts';
import { provideRecordChange } from '../../shared/account/record-change.ts';
import { makeRecoveries } from '../../shared/account/recoveries.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { makeFactorStore } from '../../shared/two-factor/factors.ts';
import { resetPassword } from './contract.ts';
import { makeResetPassword } from './flow.ts';

export const wire = serve({
  contract: resetPassword,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    recoveries: makeRecoveries,
    acceptPassword: provideAcceptPassword('new_password'),
    hasher: provideHasher,
    factors: makeFactorStore,
    recordChange: provideRecordChange,
    recordEventWrite: provideRecordEventWrite,
    recordIntentWrite: makeRecordIntentWrite,
  },
  flow: makeResetPassword,
  input: ({ body, sourceIp, keeper }) => ({ token: body.token, newPassword: body.new_password, sourceIp, keeper }),
});

export const handler = wire(processRuntime(resetPassword));
