import { makeAccounts } from '../../shared/account/accounts.ts';
import { openRecords } from '../../shared/account/open-records.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { openSessionTokens } from '../../shared/session/open-session-tokens.ts';
import { makeOwnerAction } from '../../shared/session/owner-action.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
import { makeClearPhone } from './clear-phone.ts';
import { makeProfiles } from './profiles.ts';

/** What reads and writes the caller's own profile and, where that is asked for, takes its number away, under the operator's settings. */
export const openProfileChanges = (runtime: Runtime, keyring: Keyring, dynamo: Dynamo) => {
  const profiles = makeProfiles({ ...runtime, dynamo });
  const sessions = makeSessions({ ...runtime, dynamo });
  const ownerAction = makeOwnerAction({
    ...runtime,
    ...openRecords(runtime),
    ...openSessionTokens(runtime, keyring),
  });
  return {
    accounts: makeAccounts({ dynamo }),
    profiles,
    clearPhone: makeClearPhone({ ...runtime, profiles, sessions, ownerAction }),
  };
};
