import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { provideTokenAuthority } from '../../shared/keyring/token-authority.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Ports } from '../../shared/lambda/scope.ts';
import { describeService } from './contract.ts';
import { makeDescribeService } from './flow.ts';
import { provideOpenApiDocument } from './provide-openapi-document.ts';

export const wire = serve({
  contract: describeService,
  ports: { keyring: openKeyring },
  uses: {
    keyring: ({ keyring }: Pick<Ports, 'keyring'>) => keyring,
    authority: provideTokenAuthority,
    openApiDocument: provideOpenApiDocument,
  },
  flow: makeDescribeService,
  input: ({ path }) => ({ path }),
});

export const handler = wire(processRuntime(describeService));
