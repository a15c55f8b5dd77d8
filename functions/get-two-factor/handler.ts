import { makeFactorResets } from '../../shared/account/factor-resets.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideAccessTokens } from '../../shared/session/access-tokens.ts';
import { makeTwoFactor } from '../../shared/two-factor/two-factor.ts';
import { getTwoFactor } from './contract.ts';
import { makeGetTwoFactor } from './flow.ts';

export const wire = serve({
  contract: getTwoFactor,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: { accessTokens: provideAccessTokens, twoFactor: makeTwoFactor, factorResets: makeFactorResets },
  flow: makeGetTwoFactor,
  input: ({ principal }) => ({ principal }),
});

export const handler = wire(processRuntime(getTwoFactor));
