import { requireSessionWrite } from '../../shared/account/accounts.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { makeLimits } from '../../shared/limits/limits.ts';
import { findByCheck, requireChallengeWrites } from '../../shared/two-factor/challenges.ts';
import { makePendingBySource } from '../../shared/two-factor/pending-by-source.ts';
import { makeVerificationIds } from '../../shared/two-factor/verification-ids.ts';
import { makeResends } from './resends.ts';
import { makeVerificationRequests } from './verification-requests.ts';

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
    requireChallengeWrites,
    requireSessionWrite,
    findVerification: (verificationId: string) => findByCheck(dynamo, verificationId),
  };
};
