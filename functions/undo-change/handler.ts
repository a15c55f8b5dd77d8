import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { undoChange } from './contract.ts';
import { makeUndoChange } from './flow.ts';
import { makePlanNumbers } from './plan-numbers.ts';
import { provideProveBefore } from './prove-before.ts';
import { provideUndoableChanges } from './undoable-changes.ts';

export const wire = serve({
  contract: undoChange,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    changes: provideUndoableChanges,
    proveBefore: provideProveBefore,
    planNumbers: makePlanNumbers,
    recordEventWrite: provideRecordEventWrite,
    recordIntentWrite: makeRecordIntentWrite,
    settings: ({ settings }: Scope<'passwords.argon2'>) => settings,
  },
  flow: makeUndoChange,
  input: ({ body, sourceIp, keeper }) => ({ token: body.token, code: body.code ?? null, sourceIp, keeper }),
});

export const handler = wire(processRuntime(undoChange));
