import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { provideExportLinks } from '../../shared/data-export/export-links.ts';
import { provideGatherExport } from '../../shared/data-export/gather-export.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { FRESH_SESSION } from '../../shared/session/fresh-session.ts';
import { provideFindOwner } from '../../shared/two-factor/find-owner.ts';
import { exportAccount } from './contract.ts';
import { makeExportAccount } from './flow.ts';

export const wire = serve({
  contract: exportAccount,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    ...FRESH_SESSION,
    findOwner: provideFindOwner,
    gatherExport: provideGatherExport,
    exportLinks: provideExportLinks,
    dynamo: ({ dynamo }: Scope & Pick<Ports, 'dynamo'>) => dynamo,
    recordEventWrite: provideRecordEventWrite,
    recordIntentWrite: makeRecordIntentWrite,
  },
  flow: makeExportAccount,
  input: ({ principal, sourceIp, keeper }) => ({ principal, sourceIp, keeper }),
});

export const handler = wire(processRuntime(exportAccount));
