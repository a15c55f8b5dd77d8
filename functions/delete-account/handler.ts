import { makeDeletions } from '../../shared/account/deletions.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { FRESH_SESSION } from '../../shared/session/fresh-session.ts';
import { provideFindOwner } from '../../shared/two-factor/find-owner.ts';
import { deleteAccount } from './contract.ts';
import { makeDeleteAccount } from './flow.ts';

export const wire = serve({
  contract: deleteAccount,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    ...FRESH_SESSION,
    findOwner: provideFindOwner,
    deletions: makeDeletions,
    derivedSecrets: makeDerivedSecrets,
    recordEventWrite: provideRecordEventWrite,
    recordIntentWrite: makeRecordIntentWrite,
    graceSeconds: ({ settings }: Scope<'deletion'>) => settings.deletion.graceSeconds,
  },
  flow: makeDeleteAccount,
  input: ({ principal, sourceIp, keeper }) => ({ principal, sourceIp, keeper }),
});

export const handler = wire(processRuntime(deleteAccount));
