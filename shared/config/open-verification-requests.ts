import type { Keyring } from '../crypto/keyring.ts';
import { makeVerificationIds } from '../crypto/verification-ids.ts';
import { requireSession } from '../store/accounts.ts';
import { findByCheck, requireChallenge } from '../store/challenges.ts';
import type { Dynamo } from '../store/dynamo.ts';
import { makeLimits } from '../store/limits.ts';
import { makePendingBySource } from '../store/pending-by-source.ts';
import { makeResends } from '../store/resends.ts';
import { makeVerificationRequests } from '../store/verification-requests.ts';
import type { Runtime } from './runtime.ts';

/** What takes requests for codes, under the operator's limits. */
export const openVerificationRequests = (runtime: Runtime, keyring: Keyring, dynamo: Dynamo) => {
  const { requestVerification, accountVerification } = runtime.config.settings.limits;
  const parts = { ...runtime, keyring, dynamo };
  const resends = makeResends(parts);
  const requests = (flow: string, numbers: typeof requestVerification) =>
    makeVerificationRequests({ limits: makeLimits({ ...parts, flow, numbers }), resends });
  return {
    anonymousRequests: requests('request-verification', requestVerification),
    accountRequests: requests('account-verification', accountVerification),
    pendingBySource: makePendingBySource(parts),
    verificationIds: makeVerificationIds({ keyring }),
    requireChallenge,
    requireSession,
    findVerification: (verificationId: string) => findByCheck(dynamo, verificationId),
  };
};
