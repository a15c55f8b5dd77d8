import type { BeforeImage, changeRow } from '../account/change-journal.ts';
import type { StoredEvent } from '../account/security-events.ts';
import type { RowOf } from '../aws/row.ts';
import type { AccountExport } from '../contract/account-export.ts';
import type { Devices } from '../devices/devices.ts';
import { toRfc3339 } from '../primitives/clock.ts';
import type { Session } from '../session/sessions.ts';
import type { Factors } from '../two-factor/factors.ts';
import type { failuresRow } from '../two-factor/failure-counters.ts';
import type { TotpEnrollment } from '../two-factor/totp-enrollments.ts';

type Part<Name extends keyof AccountExport> = AccountExport[Name];

/** Second factors without what they are proven with. @param pending `null` where no first code is awaited */
export const exportedFactors = (
  { apps, sms, recoveryCodes }: Factors,
  pending: TotpEnrollment | null,
): Part<'second_factors'> => ({
  apps: Object.entries(apps).map(([id, { name, enrolledAtEpochSeconds }]) => ({
    id,
    name,
    enrolled_at: toRfc3339(enrolledAtEpochSeconds),
  })),
  ...(sms && {
    sms: { phone_number: sms.phoneNumber, country: sms.country, enrolled_at: toRfc3339(sms.enrolledAtEpochSeconds) },
  }),
  recovery_codes_left: Object.keys(recoveryCodes).length,
  ...(pending && {
    pending_app: {
      id: pending.appId,
      name: pending.name,
      awaited_until: toRfc3339(pending.expiresAtEpochSeconds),
    },
  }),
});

/** A session without its tokens' hashes. @param is.isOpen whether it can still be used */
export const exportedSession = (session: Session, { isOpen }: { isOpen: boolean }): Part<'sessions'>[number] => ({
  session_id: session.sessionId,
  ...(session.deviceName !== null && { device_name: session.deviceName }),
  open: isOpen,
  source_ip: session.sourceIp,
  methods: session.methods,
  created_at: toRfc3339(session.createdAtEpochSeconds),
  last_used_at: toRfc3339(session.lastUsedAtEpochSeconds),
  expires_at: toRfc3339(Math.min(session.expiresAtEpochSeconds, session.absoluteEndEpochSeconds)),
});

/** @param devices `null` where there are none */
export const exportedDevices = (devices: Devices | null): Part<'known_devices'> =>
  Object.entries(devices?.devices ?? {}).map(([id, { lastUsedAtEpochSeconds }]) => ({
    device_id: id,
    last_signed_in_at: toRfc3339(lastUsedAtEpochSeconds),
  }));

export const exportedTries = (
  factor: string,
  { used, lockedUntilEpochSeconds: until }: RowOf<typeof failuresRow>,
): Part<'wrong_tries'>[number] => ({
  factor,
  count: used,
  ...(until !== undefined && { locked_until: toRfc3339(until) }),
});

/** @param image what the account had before; it is encrypted where it is stored */
export const exportedChange = (
  { event, changedAtEpochSeconds, expiresAtEpochSeconds }: RowOf<typeof changeRow>,
  { email, phone }: BeforeImage,
): Part<'undoable_changes'>[number] => ({
  event,
  changed_at: toRfc3339(changedAtEpochSeconds),
  email_before: email,
  ...(phone && { phone_number_before: phone.e164 }),
  undoable_until: toRfc3339(expiresAtEpochSeconds),
});

export const exportedEvent = ({ type, occurredAt, sourceIp }: StoredEvent): Part<'history'>[number] => ({
  type,
  occurred_at: occurredAt,
  ...(sourceIp !== undefined && { source_ip: sourceIp }),
});
