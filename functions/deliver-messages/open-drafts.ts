import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeRecoveries } from '../../shared/account/recoveries.ts';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { makeSignUps } from '../../shared/account/sign-ups.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { makeFactorStore } from '../../shared/two-factor/factors.ts';
import { makeVerifications } from '../../shared/two-factor/verifications.ts';
import { makeDraftMail } from './draft-mail.ts';
import { makeDraftSms } from './draft-sms.ts';
import { composeSms } from './sms/compose-sms.ts';

/** What writes messages, under the operator's settings. */
export const openDrafts = (runtime: Runtime, keyring: Keyring, dynamo: Dynamo) => {
  const { settings } = runtime.config;
  const parts = {
    ...runtime,
    settings,
    accounts: makeAccounts({ ...runtime, dynamo }),
    recoveries: makeRecoveries({ ...runtime, dynamo }),
    recordEventWrite: makeRecordEventWrite({ ...runtime, ...settings.events }),
    sha256,
  };
  return {
    draftMail: makeDraftMail({ ...parts, signUps: makeSignUps({ ...runtime, dynamo }) }),
    draftSms: makeDraftSms({
      ...parts,
      factors: makeFactorStore({ dynamo }),
      verifications: makeVerifications({ ...runtime, dynamo }),
      secrets: makeFactorSecrets({ ...runtime, keyring }),
      composeSms,
    }),
  };
};
