import { makeFactorSecrets } from '../crypto/factor-secrets.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { makeMatchFactor } from '../crypto/match-factor.ts';
import { makeAttempts } from '../store/attempts.ts';
import type { Dynamo } from '../store/dynamo.ts';
import { makeSmsBudget } from '../store/sms-budget.ts';
import { consumeVerification, makeVerifications } from '../store/verifications.ts';
import { type MatchOwnCode, makeMatchOwnCode } from '../verification/match-own-code.ts';
import { openAppAhead } from './open-app-ahead.ts';
import { openRecords } from './open-records.ts';
import type { Runtime } from './runtime.ts';

/** What holds a signed-in caller's code against their factors, under the operator's settings. */
export const openOwnCodes = (runtime: Runtime, keyring: Keyring, dynamo: Dynamo): MatchOwnCode => {
  const secrets = makeFactorSecrets({ ...runtime, keyring });
  return makeMatchOwnCode({
    ...runtime,
    attempts: makeAttempts({ ...runtime, ...openRecords(runtime), dynamo }),
    verifications: makeVerifications({ ...runtime, dynamo }),
    matchFactor: makeMatchFactor(secrets),
    reportAppAhead: openAppAhead(runtime, secrets, dynamo),
    smsBudget: makeSmsBudget({ ...runtime, numbers: runtime.config.settings.sms, dynamo, keyring }),
    consumeVerification,
  });
};
