import { provideHistory } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { FRESH_SESSION } from '../../shared/session/fresh-session.ts';
import { provideOwnerAction } from '../../shared/session/owner-action.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { provideAttempts } from '../../shared/two-factor/attempts.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { provideFindOwner } from '../../shared/two-factor/find-owner.ts';
import { makeTwoFactor } from '../../shared/two-factor/two-factor.ts';
import { confirmTotp } from './contract.ts';
import { makeConfirmTotp } from './flow.ts';

export const wire = serve({
  contract: confirmTotp,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    ...FRESH_SESSION,
    findOwner: provideFindOwner,
    ownerAction: provideOwnerAction,
    repeatTokens: provideRepeatTokens,
    twoFactor: makeTwoFactor,
    attempts: provideAttempts,
    history: provideHistory,
    secrets: makeFactorSecrets,
  },
  flow: makeConfirmTotp,
  input: ({ body: { code, enrollment_id, end_other_sessions: endOtherSessions = true }, principal, ...others }) => ({
    principal,
    code,
    enrollmentId: enrollment_id ?? null,
    endOtherSessions,
    sourceIp: others.sourceIp,
    keeper: others.keeper,
  }),
});

export const handler = wire(processRuntime(confirmTotp));
