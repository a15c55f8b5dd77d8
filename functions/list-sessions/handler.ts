import { makeAccounts } from '../../shared/account/accounts.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideAccessTokens } from '../../shared/session/access-tokens.ts';
import { makeStoredSessions } from '../../shared/session/session-list.ts';
import { listSessions } from './contract.ts';
import { makeListSessions } from './flow.ts';

export const wire = serve({
  contract: listSessions,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: { accessTokens: provideAccessTokens, accounts: makeAccounts, storedSessions: makeStoredSessions },
  flow: makeListSessions,
  input: ({ principal }) => ({ principal }),
});

export const handler = wire(processRuntime(listSessions));
