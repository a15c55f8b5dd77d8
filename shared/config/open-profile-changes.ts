import type { Keyring } from '../crypto/keyring.ts';
import { makeAccounts } from '../store/accounts.ts';
import type { Dynamo } from '../store/dynamo.ts';
import { makeProfiles } from '../store/profiles.ts';
import { makeSessions } from '../store/sessions.ts';
import { makeClearPhone } from '../verification/clear-phone.ts';
import { makeOwnerAction } from '../verification/owner-action.ts';
import { openRecords } from './open-records.ts';
import { openSessionTokens } from './open-session-tokens.ts';
import type { Runtime } from './runtime.ts';

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
