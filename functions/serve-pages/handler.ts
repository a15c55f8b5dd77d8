import { serve } from '../../shared/http/serve.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { servePages } from './contract.ts';
import { makeServePages } from './flow.ts';
import { PAGE_HEADERS } from './page-headers.ts';

export const wire = serve({
  contract: servePages,
  uses: {
    productName: ({ settings }: Scope<'productName'>) => settings.productName,
    defaultLanguage: ({ settings }: Scope<'defaultLanguage'>) => settings.defaultLanguage,
    minimumPasswordLength: ({ settings }: Scope<'passwords.minimumLength'>) => settings.passwords.minimumLength,
  },
  flow: makeServePages,
  input: ({ method, ...request }) => ({ ...request, asksForOptions: method === 'OPTIONS' }),
  output: (page) => (page ? { answer: page, headers: PAGE_HEADERS } : { answer: page }),
});

export const handler = wire(processRuntime(servePages));
