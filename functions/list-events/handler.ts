import { makeAccounts } from '../../shared/account/accounts.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { validate } from '../../shared/http/validate.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { provideAccessTokens } from '../../shared/session/access-tokens.ts';
import { listEvents, listEventsQuery } from './contract.ts';
import { makeEventPages } from './event-pages.ts';
import { makeListEvents } from './flow.ts';
import { makeHistoryCursors } from './history-cursors.ts';

export const wire = serve({
  contract: listEvents,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    accessTokens: provideAccessTokens,
    accounts: makeAccounts,
    eventPages: makeEventPages,
    historyCursors: makeHistoryCursors,
    defaultLanguage: ({ settings }: Scope<'defaultLanguage'>) => settings.defaultLanguage,
  },
  flow: makeListEvents,
  input: ({ principal, query, locales }) => ({ ...validate(listEventsQuery, query), principal, locales }),
});

export const handler = wire(processRuntime(listEvents));
