import { openRecords } from '../account/open-records.ts';
import type { Dynamo } from '../aws/dynamo.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Runtime } from '../lambda/runtime.ts';
import { openSessionTokens } from '../session/open-session-tokens.ts';
import { makeOwnerAction } from '../session/owner-action.ts';
import { makeFindOwner } from './find-owner.ts';
import { makeTwoFactor } from './two-factor.ts';

/** What every change of the caller's own factors goes by, under the operator's settings. */
export const openOwnerActions = (runtime: Runtime, keyring: Keyring, dynamo: Dynamo) => {
  const twoFactor = makeTwoFactor({ ...runtime, dynamo });
  return {
    twoFactor,
    findOwner: makeFindOwner({ twoFactor }),
    ownerAction: makeOwnerAction({ ...runtime, ...openRecords(runtime), ...openSessionTokens(runtime, keyring) }),
  };
};
