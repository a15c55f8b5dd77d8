import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Item, Write } from '../aws/dynamo.ts';
import { isExpired, type RowOf } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';

/** The row of an authenticator app whose first code is awaited. */
export const enrollmentRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'TOTP_ENROLLMENT',
  shape: {
    appId: z.string(),
    name: z.string(),
    /** Encrypted. */
    secret: z.string(),
    epoch: z.int(),
    expiresAtEpochSeconds: z.int(),
  },
});

/** An authenticator app whose first code is awaited. An account has one at a time: a newer one takes the older's place. */
export type TotpEnrollment = RowOf<typeof enrollmentRow>;

/** @returns `null` where none is awaited, or not any more, or it began before the account's present epoch */
export const parseEnrollment = (
  item: Item | null,
  { epoch, nowSeconds }: { epoch: number; nowSeconds: number },
): TotpEnrollment | null => {
  if (!item) return null;
  const enrollment = enrollmentRow.parse(item);
  return isExpired(enrollment, nowSeconds) || enrollment.epoch !== epoch ? null : enrollment;
};

/** The write of an enrolment, to ride with the check of the session that asks for it. */
export const beginEnrollmentWrite = (accountId: string, enrollment: TotpEnrollment): Write =>
  enrollmentRow.putWrite(enrollmentRow.key(accountId), enrollment);

/** Ends an enrolment; loses when it is over or a newer one has taken its place. */
export const consumeEnrollmentWrite = (accountId: string, { appId }: TotpEnrollment, clock: Clock): Write =>
  enrollmentRow.consumeWrite(enrollmentRow.key(accountId), clock.nowSeconds(), enrollmentRow.when.is('appId', appId));
