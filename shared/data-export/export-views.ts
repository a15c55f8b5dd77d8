import type { Account } from '../account/accounts.ts';
import type { BeforeImage, changeRow } from '../account/change-journal.ts';
import type { formerFactorRow } from '../account/former-factor-row.ts';
import type { StoredEvent } from '../account/security-events.ts';
import { seenFrom } from '../account/seen-from.ts';
import type { RowOf } from '../aws/row.ts';
import type { AccountExport } from '../contract/account-export.ts';
import type { Devices } from '../devices/devices.ts';
import { toRfc3339 } from '../primitives/clock.ts';
import type { Session } from '../session/session-row.ts';
import type { Factors } from '../two-factor/factors.ts';
import type { failuresRow } from '../two-factor/failure-counters.ts';
import type { TotpEnrollment } from '../two-factor/totp-enrollments.ts';

type Part<Name extends keyof AccountExport> = AccountExport[Name];

/** What the account's own row has beside the profile. */
export const exportedState = (
  { createdAtEpochSeconds, frozenUntilEpochSeconds: frozenUntil = 0, emailMark, recoveryPhone }: Account,
  nowSeconds: number,
): Part<'account'> => {
  const pausedUntil = recoveryPhone?.pausedUntilEpochSeconds ?? 0;
  return {
    created_at: toRfc3339(createdAtEpochSeconds),
    has_password: true,
    ...(frozenUntil > nowSeconds && { changes_refused_until: toRfc3339(frozenUntil) }),
    ...(emailMark && { mail_undeliverable: { reason: emailMark.reason, since: toRfc3339(emailMark.atEpochSeconds) } }),
    ...(pausedUntil > nowSeconds && { recovery_by_phone_paused_until: toRfc3339(pausedUntil) }),
  };
};

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

/** What a session or an entry notes of the device, as its owner is told elsewhere. */
const describedBy = ({ device }: Pick<StoredEvent, 'device'>): Pick<Part<'history'>[number], 'device'> =>
  device ? { device: seenFrom({ device }).device } : {};

/** A session without its tokens' hashes. @param is.isOpen whether it can still be used */
export const exportedSession = (session: Session, { isOpen }: { isOpen: boolean }): Part<'sessions'>[number] => ({
  session_id: session.sessionId,
  ...(session.deviceName !== null && { device_name: session.deviceName }),
  ...describedBy(session),
  ...(session.deviceId !== undefined && { device_id: session.deviceId }),
  open: isOpen,
  source_ip: session.sourceIp,
  ...(session.country !== undefined && { country: session.country }),
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
  { email, phone, recoveryPhone }: BeforeImage,
): Part<'undoable_changes'>[number] => ({
  event,
  changed_at: toRfc3339(changedAtEpochSeconds),
  email_before: email,
  ...(phone && { phone_number_before: phone.e164 }),
  ...(recoveryPhone && { recovery_phone_before: recoveryPhone.e164 }),
  undoable_until: toRfc3339(expiresAtEpochSeconds),
});

export const exportedFormerFactor = ({
  e164,
  expiresAtEpochSeconds,
}: RowOf<typeof formerFactorRow>): Part<'former_factor_numbers'>[number] => ({
  phone_number: e164,
  kept_until: toRfc3339(expiresAtEpochSeconds),
});

/** Why an operator did something is about the account; who did it is about another person (GDPR article 15(4)). */
export const exportedEvent = (event: StoredEvent): Part<'history'>[number] => ({
  type: event.type,
  occurred_at: event.occurredAt,
  ...(event.sourceIp !== undefined && { source_ip: event.sourceIp }),
  ...(event.country !== undefined && { country: event.country }),
  ...describedBy(event),
  ...(event.sessionId !== undefined && { session_id: event.sessionId }),
  ...(event.operator && { operator_reason: event.operator.reason }),
});
