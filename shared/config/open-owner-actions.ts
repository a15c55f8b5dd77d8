import type { Keyring } from '../crypto/keyring.ts';
import type { Dynamo } from '../store/dynamo.ts';
import { makeTwoFactor } from '../store/two-factor.ts';
import { makeFindOwner } from '../verification/find-owner.ts';
import { makeOwnerAction } from '../verification/owner-action.ts';
import { openRecords } from './open-records.ts';
import { openSessionTokens } from './open-session-tokens.ts';
import type { Runtime } from './runtime.ts';

/** What every change of the caller's own factors goes by, under the operator's settings. */
export const openOwnerActions = (runtime: Runtime, keyring: Keyring, dynamo: Dynamo) => {
  const twoFactor = makeTwoFactor({ ...runtime, dynamo });
  return {
    twoFactor,
    findOwner: makeFindOwner({ twoFactor }),
    ownerAction: makeOwnerAction({ ...runtime, ...openRecords(runtime), ...openSessionTokens(runtime, keyring) }),
  };
};
