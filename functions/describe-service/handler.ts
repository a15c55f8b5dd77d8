import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { tokenAuthority } from '../../shared/keyring/token-authority.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { describeService } from './contract.ts';
import { makeDescribeService } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: describeService,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const flow = makeDescribeService({
        keyring: await openKeyring(runtime),
        authority: tokenAuthority(settings),
        openApiDocument: async () => {
          // Every contract and the document's writer: loaded only for those who ask.
          const { openApiDocument } = await import('./openapi-document.ts');
          return openApiDocument({ ...settings, contracts: Object.values(await import('../manifest.ts')) });
        },
      });
      return { answer: async ({ path }) => ok(await flow({ path })) };
    },
  });

export const handler = wire(processRuntime(describeService));
