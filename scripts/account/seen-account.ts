import type { Account } from '../../shared/account/accounts.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import type { Factors } from '../../shared/two-factor/factors.ts';

/**
 * Digest of what a reset of second factors is decided on: the channels that were told, and the factors with the last code of each. Where
 * it is another when the reset is to be done, the owner has used or changed a factor, which then isn't lost, or a channel is another.
 */
export const digestOfSeen = ({ email, phone }: Account, { apps, sms, recoveryCodes, changes }: Factors): string => {
  const lastSteps = Object.entries(apps).map(([appId, { lastStep }]): [string, number] => [appId, lastStep]);
  return sha256(
    JSON.stringify([
      email,
      phone?.e164 ?? null,
      lastSteps.toSorted(([one], [other]) => (one < other ? -1 : 1)),
      sms?.phoneNumber ?? null,
      Object.keys(recoveryCodes).toSorted(),
      changes,
    ]),
  );
};
