import { sha256 } from '../crypto/digest.ts';
import { makeFactorSecrets } from '../crypto/factor-secrets.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { composeSms } from '../delivery/compose-sms.ts';
import { makeDraftMail } from '../messages/draft-mail.ts';
import { makeDraftSms } from '../messages/draft-sms.ts';
import { makeAccounts } from '../store/accounts.ts';
import type { Dynamo } from '../store/dynamo.ts';
import { makeFactorStore } from '../store/factors.ts';
import { makeRecoveries } from '../store/recoveries.ts';
import { makeRecordEvent } from '../store/security-events.ts';
import { makeSignUps } from '../store/sign-ups.ts';
import { makeVerifications } from '../store/verifications.ts';
import type { Runtime } from './runtime.ts';

/** What writes messages, under the operator's settings. */
export const openDrafts = (runtime: Runtime, keyring: Keyring, dynamo: Dynamo) => {
  const { settings } = runtime.config;
  const parts = {
    ...runtime,
    settings,
    accounts: makeAccounts({ ...runtime, dynamo }),
    recoveries: makeRecoveries({ ...runtime, dynamo }),
    recordEvent: makeRecordEvent({ ...runtime, ...settings.events }),
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
