import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { FRESH_SESSION } from '../../shared/session/fresh-session.ts';
import { provideOwnerAction } from '../../shared/session/owner-action.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { provideFindOwner } from '../../shared/two-factor/find-owner.ts';
import { makeTwoFactor } from '../../shared/two-factor/two-factor.ts';
import { removeFactor } from './contract.ts';
import { makeRemoveFactor } from './flow.ts';

export const wire = serve({
  contract: removeFactor,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    ...FRESH_SESSION,
    findOwner: provideFindOwner,
    ownerAction: provideOwnerAction,
    repeatTokens: provideRepeatTokens,
    twoFactor: makeTwoFactor,
  },
  flow: makeRemoveFactor,
  input: ({ pathParameters: { factor = '' }, principal, sourceIp, keeper }) => ({
    principal,
    factor,
    sourceIp,
    keeper,
  }),
});

export const handler = wire(processRuntime(removeFactor));
