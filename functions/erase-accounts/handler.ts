import { findDue } from '../../shared/account/deletions.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { serveSchedule } from '../../shared/lambda/schedule-handler.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { eraseAccounts } from './contract.ts';
import { provideEraseAccount } from './erase-account.ts';
import { makeEraseAccounts } from './flow.ts';

export const wire = serveSchedule({
  contract: eraseAccounts,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    findDue:
      ({ dynamo }: Scope & Pick<Ports, 'dynamo'>) =>
      (part: Parameters<typeof findDue>[1]) =>
        findDue(dynamo, part),
    eraseAccount: provideEraseAccount,
    keyringAgeSeconds: ({ keyring }: Scope & Pick<Ports, 'keyring'>) => keyring.ageSeconds,
  },
  flow: makeEraseAccounts,
});

export const handler = wire(processRuntime(eraseAccounts));
