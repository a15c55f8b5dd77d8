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
    /** The session that began it; absent where release 0.1.0 did. */
    sessionId: z.optional(z.string()),
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

/**
 * The write of an enrolment, to ride with the check of the session that asks for it. It loses where another one was begun or
 * confirmed since `seen` was read: of requests at the same time one begins, and a secret that was consumed doesn't come back.
 *
 * @param seen the one that was awaited, `null` for none
 */
export const beginEnrollmentWrite = (
  accountId: string,
  { enrollment, seen, nowSeconds }: { enrollment: TotpEnrollment; seen: TotpEnrollment | null; nowSeconds: number },
): Write => {
  const { or, is, isNew, hasExpired, isNot } = enrollmentRow.when;
  const isFree = or(isNew, hasExpired(nowSeconds), isNot('epoch', enrollment.epoch));
  return enrollmentRow.putWrite(enrollmentRow.key(accountId), enrollment, seen ? is('appId', seen.appId) : isFree);
};

/** Ends an enrolment; loses when it is over or a newer one has taken its place. */
export const consumeEnrollmentWrite = (accountId: string, { appId }: TotpEnrollment, clock: Clock): Write =>
  enrollmentRow.consumeWrite(enrollmentRow.key(accountId), clock.nowSeconds(), enrollmentRow.when.is('appId', appId));
