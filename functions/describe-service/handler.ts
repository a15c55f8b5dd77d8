import { serve } from '../../shared/http/serve.ts';
import { provideTokenAuthority } from '../../shared/keyring/token-authority.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { describeService } from './contract.ts';
import { makeDescribeService } from './flow.ts';
import { provideOpenApiDocument } from './provide-openapi-document.ts';
import { providePublicKeys } from './provide-public-keys.ts';

export const wire = serve({
  contract: describeService,
  uses: {
    publicKeys: providePublicKeys,
    authority: provideTokenAuthority,
    openApiDocument: provideOpenApiDocument,
  },
  flow: makeDescribeService,
  input: ({ path }) => ({ path }),
});

export const handler = wire(processRuntime(describeService));
