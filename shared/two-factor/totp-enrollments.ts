import * as z from 'zod/mini';
import type { Item, Key, Write } from '../aws/dynamo.ts';
import { isExpired, type RowOf, rowSchema, rowStamp } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';

const enrollmentRow = rowSchema({
  appId: z.string(),
  name: z.string(),
  /** Encrypted. */
  secret: z.string(),
  epoch: z.int(),
  expiresAtEpochSeconds: z.int(),
});

/** An authenticator app whose first code is awaited. An account has one at a time: a newer one takes the older's place. */
export type TotpEnrollment = RowOf<typeof enrollmentRow>;

export const enrollmentKey = (accountId: string): Key => ({ pk: `ACCOUNT#${accountId}`, sk: 'TOTP_ENROLLMENT' });

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
export const beginEnrollmentWrite = (accountId: string, enrollment: TotpEnrollment): Write => ({
  kind: 'put',
  table: 'tokens',
  item: { ...enrollmentKey(accountId), ...rowStamp, ...enrollment },
});

/** Ends an enrolment; loses when it is over or a newer one has taken its place. */
export const consumeEnrollmentWrite = (accountId: string, { appId }: TotpEnrollment, clock: Clock): Write => ({
  kind: 'delete',
  table: 'tokens',
  key: enrollmentKey(accountId),
  condition: '#appId = :app AND #expiresAtEpochSeconds > :now',
  values: { ':app': appId, ':now': clock.nowSeconds() },
});
