import { openRecords } from '../../shared/account/open-records.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { makeSmsBudget } from '../../shared/sms/sms-budget.ts';
import { makeAttempts } from '../../shared/two-factor/attempts.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { makeMatchFactor } from '../../shared/two-factor/match-factor.ts';
import { openAppAhead } from '../../shared/two-factor/report-app-ahead.ts';
import { consumeVerificationWrite, makeVerifications } from '../../shared/two-factor/verifications.ts';
import { type MatchStepUpCode, makeMatchStepUpCode } from './match-step-up-code.ts';

/** What holds a signed-in caller's code against their factors, under the operator's settings. */
export const openStepUpCodes = (runtime: Runtime, keyring: Keyring, dynamo: Dynamo): MatchStepUpCode => {
  const secrets = makeFactorSecrets({ ...runtime, keyring });
  return makeMatchStepUpCode({
    ...runtime,
    attempts: makeAttempts({ ...runtime, ...openRecords(runtime), dynamo }),
    verifications: makeVerifications({ ...runtime, dynamo }),
    matchFactor: makeMatchFactor(secrets),
    reportAppAhead: openAppAhead(runtime, secrets, dynamo),
    smsBudget: makeSmsBudget({ ...runtime, numbers: runtime.config.settings.sms, dynamo, keyring }),
    consumeVerificationWrite,
  });
};
