import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import type { RowOf } from '../aws/row.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { notedCountry, notedDevice, notedDeviceShape, type RequestNoting } from './noted-device.ts';

/** What an account's security history can tell. */
export const SECURITY_EVENT_TYPES = [
  'account-created',
  'signed-in',
  'sign-in-failed',
  'signed-out',
  'session-revoked',
  'other-sessions-revoked',
  'refresh-token-reused',
  'recovery-mail-issued',
  'recovery-sms-issued',
  'recovery-revoked',
  'sign-in-link-mail-issued',
  'sign-in-link-revoked',
  'sign-in-revoked',
  'password-reset',
  'password-reset-by-phone',
  'password-changed',
  'second-factor-required',
  'second-factor-failed',
  'second-factor-locked',
  'reauthenticated',
  'reauthentication-failed',
  'reauthentication-locked',
  'authenticator-added',
  'authenticator-removed',
  'authenticator-ahead',
  'sms-added',
  'sms-removed',
  'phone-changed',
  'phone-removed',
  'recovery-phone-changed',
  'recovery-phone-removed',
  'recovery-phone-lost',
  'phone-proven-elsewhere',
  'phone-refused',
  'email-change-requested',
  'email-change-confirmed',
  'email-change-cancelled',
  'email-change-failed',
  'email-changed',
  'email-undeliverable',
  'email-proof-requested',
  'email-proven',
  'email-cleared',
  'recovery-codes-renewed',
  'recovery-code-used',
  'change-undone',
  'sign-in-refused',
  'operator-suspended',
  'operator-lifted',
  'operator-ended-sessions',
  'operator-voided-password',
  'factor-reset-asked',
  'factor-reset-stopped',
  'factor-reset',
  'operator-requested-deletion',
  'operator-cancelled-deletion',
  'deletion-requested',
  'deletion-cancelled',
  'data-exported',
] as const;

export type SecurityEventType = (typeof SECURITY_EVENT_TYPES)[number];

/**
 * Strangers can cause failures by the thousand, so these are kept for a month, independent of the operator's setting.
 */
const FAILURE_RETENTION_SECONDS = 30 * 24 * 60 * 60;

/** A sign-in that stops at the second factor counts as a failure: a stolen password causes as many as the limits allow. */
const FAILURES: ReadonlySet<SecurityEventType> = new Set([
  'sign-in-failed',
  'sign-in-refused',
  'second-factor-required',
  'second-factor-failed',
  'reauthentication-failed',
  'phone-refused',
]);

/** Characters of base 36. */
const SEQUENCE_LENGTH = 3;

let sequence = 0;

/** The end of an entry's key: keeps the entries of one millisecond in the order of writing, and apart from other processes' entries. */
const keyEnd = (randomness: Randomness): string => {
  sequence = (sequence + 1) % 36 ** SEQUENCE_LENGTH;
  return sequence.toString(36).padStart(SEQUENCE_LENGTH, '0') + randomness.bytes(4).toString('base64url').slice(0, 5);
};

/** Who of the operator's did something, and why. It is for operators: no answer of a flow has it. */
export interface OperatorNote {
  /** The ARN of the identity, as AWS names it. */
  by: string;
  /** As typed. */
  reason: string;
}

/** One entry of the history. */
interface SecurityEvent {
  /** Whose history; for a failure at an address without an account, a decoy id that no account has. */
  accountId: string;
  type: SecurityEventType;
  /** The address that the gateway saw; `null` for what no request of the owner's or about the account did. */
  sourceIp: string | null;
  /** The session that it is about; left out for the one that the request came with, or where there is none. */
  sessionId?: string | undefined;
  /** Left out where no operator did it. */
  operator?: OperatorNote | undefined;
}

/** One entry, in the order of time. */
export const eventRow = defineRow({
  table: 'accounts',
  word: 'ACCOUNT',
  sortKey: (occurredAt: string, end: string) => `EVENT#${occurredAt}#${end}`,
  shape: {
    type: z.enum(SECURITY_EVENT_TYPES),
    /** RFC 3339, UTC. */
    occurredAt: z.string(),
    sourceIp: z.optional(z.string()),
    /** Of that address, ISO 3166-1 alpha-2; absent where no edge told it. */
    country: z.optional(z.string()),
    /** What the device says that it is; absent where no request did it, and where release 0.1.0 wrote the row. */
    device: z.optional(notedDeviceShape),
    /** Likewise; absent where there was no session too. */
    sessionId: z.optional(z.string()),
    operator: z.optional(z.object({ by: z.string(), reason: z.string() })),
    expiresAtEpochSeconds: z.int(),
  },
});

/** What the entry notes of the request that caused it. Another owner's act says nothing of them: it has no address either. */
const circumstancesOf = (
  { accountId, sourceIp, sessionId }: SecurityEvent,
  requesters: RequestNoting['requesters'],
) => {
  if (sourceIp === null) return {};
  const own = requesters?.current()?.principal;
  const session = sessionId ?? (own?.accountId === accountId ? own.sessionId : undefined);
  const device = notedDevice(requesters);
  const country = notedCountry(requesters);
  return {
    sourceIp,
    ...(country !== undefined && { country }),
    ...(device && { device }),
    ...(session !== undefined && { sessionId: session }),
  };
};

/** An entry as it is stored. */
export type StoredEvent = RowOf<typeof eventRow>;

/** Makes an entry's write, to ride in the transaction of what it tells of. @see OWASP ASVS 5.0 16.3 */
export type RecordEventWrite = (event: SecurityEvent) => Extract<Write, { kind: 'put' }>;

/** @param retentionSeconds how long an entry is kept */
export const makeRecordEventWrite =
  ({
    clock,
    randomness,
    retentionSeconds,
    requesters,
  }: RequestNoting & {
    clock: Clock;
    randomness: Randomness;
    retentionSeconds: number;
  }): RecordEventWrite =>
  (event) => {
    const { accountId, type, operator } = event;
    const occurredAt = new Date(clock.nowMs()).toISOString();
    const keptSeconds = FAILURES.has(type) ? Math.min(FAILURE_RETENTION_SECONDS, retentionSeconds) : retentionSeconds;
    return eventRow.putWrite(
      eventRow.key(accountId, occurredAt, keyEnd(randomness)),
      {
        type,
        occurredAt,
        ...circumstancesOf(event, requesters),
        ...(operator && { operator }),
        expiresAtEpochSeconds: clock.nowSeconds() + keptSeconds,
      },
      eventRow.when.isNew,
    );
  };

/** The history. */
export interface SecurityHistory {
  recordEventWrite: RecordEventWrite;
  /** Adds an entry that no other write belongs to. @throws StoreUnavailable */
  add(event: SecurityEvent): Promise<void>;
}

/** Opens the history. */
const makeSecurityHistory = ({
  dynamo,
  ...parts
}: RequestNoting & {
  dynamo: Dynamo;
  clock: Clock;
  randomness: Randomness;
  retentionSeconds: number;
}): SecurityHistory => {
  const recordEventWrite = makeRecordEventWrite(parts);
  return {
    recordEventWrite,
    add: async (event) => {
      await dynamo.write(recordEventWrite(event));
    },
  };
};

/** Under the operator's retention. */
export const provideRecordEventWrite = (scope: Scope<'events'>): RecordEventWrite =>
  makeRecordEventWrite({ ...scope, ...scope.settings.events });

/** Under the operator's retention. */
export const provideHistory = (scope: Scope<'events'> & Pick<Ports, 'dynamo'>): SecurityHistory =>
  makeSecurityHistory({ ...scope, ...scope.settings.events });
