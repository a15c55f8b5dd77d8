import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { provideExportLinks } from '../../shared/data-export/export-links.ts';
import { provideGatherExport } from '../../shared/data-export/gather-export.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { downloadExport } from './contract.ts';
import { makeDownloadExport } from './flow.ts';

/** A browser saves it under this name. @see RFC 6266 §4 */
const AS_A_FILE = { 'content-disposition': 'attachment; filename="account.json"' };

export const wire = serve({
  contract: downloadExport,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: { exportLinks: provideExportLinks, gatherExport: provideGatherExport },
  flow: makeDownloadExport,
  input: ({ body, idempotencyKey }) => ({ token: body.token, key: idempotencyKey }),
  output: (answer) => ({ answer, headers: AS_A_FILE }),
});

export const handler = wire(processRuntime(downloadExport));
