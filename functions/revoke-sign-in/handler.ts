import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { revokeSignIn } from './contract.ts';
import { makeRevokeSignIn } from './flow.ts';
import { provideVetoedSignIns } from './vetoed-sign-ins.ts';

export const wire = serve({
  contract: revokeSignIn,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    vetoedSignIns: provideVetoedSignIns,
    recordEventWrite: provideRecordEventWrite,
    recordIntentWrite: makeRecordIntentWrite,
    settings: ({ settings }: Scope<'passwords.argon2'>) => settings,
  },
  flow: makeRevokeSignIn,
  input: ({ body, sourceIp, keeper }) => ({ token: body.token, sourceIp, keeper }),
});

export const handler = wire(processRuntime(revokeSignIn));
