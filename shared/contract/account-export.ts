import * as z from 'zod/mini';
import { instantField } from './instant-field.ts';
import { named } from './named.ts';
import { profileAnswer } from './profile-answer.ts';
import { countField } from './seconds-field.ts';
import { seenFromShape } from './seen-from.ts';

const appExport = named(
  'ExportedApp',
  'An authenticator app, without its key.',
  z.strictObject({ id: z.string(), name: z.string(), enrolled_at: instantField }),
);

const pendingAppExport = named(
  'ExportedPendingApp',
  'An app whose first code is awaited.',
  z.strictObject({ id: z.string(), name: z.string(), awaited_until: instantField }),
);

const smsExport = named(
  'ExportedSmsFactor',
  'Codes by SMS, as a second factor.',
  z.strictObject({ phone_number: z.string(), country: z.string(), enrolled_at: instantField }),
);

const factorsExport = named(
  'ExportedFactors',
  'The second factors, without what they are proven with.',
  z.strictObject({
    apps: z.array(appExport),
    sms: z.optional(smsExport),
    recovery_codes_left: countField('How many recovery codes are not used.'),
    pending_app: z.optional(pendingAppExport),
  }),
);

const lostMailExport = named(
  'ExportedLostMail',
  'Why mail does not reach the address.',
  z.strictObject({ reason: z.string(), since: instantField }),
);

const stateExport = named(
  'ExportedState',
  'What the account has beside its profile.',
  z.strictObject({
    created_at: instantField,
    has_password: z.literal(true),
    changes_refused_until: z.optional(instantField.check(z.describe('Since an undo of a change.'))),
    mail_undeliverable: z.optional(lostMailExport),
    recovery_by_phone_paused_until: z.optional(instantField.check(z.describe('Since its owner has called one off.'))),
  }),
);

const deviceExport = named(
  'ExportedDevice',
  'A device that has completed a sign-in.',
  z.strictObject({ device_id: z.string(), last_signed_in_at: instantField }),
);

const triesExport = named(
  'ExportedTries',
  'Wrong passwords or codes, since the last right one.',
  z.strictObject({
    factor: z.string(),
    count: countField('How many.'),
    locked_until: z.optional(instantField),
  }),
);

const sessionExport = named(
  'ExportedSession',
  'A session, also one that has ended and whose row is still there.',
  z.strictObject({
    session_id: z.string(),
    device_name: z.optional(z.string()),
    device: seenFromShape.device,
    device_id: z.optional(z.string().check(z.describe('Of the known device that it began on.'))),
    open: z.boolean().check(z.describe('Whether it can be used.')),
    source_ip: z.string().check(z.describe('The network address of its last use.')),
    country: seenFromShape.country,
    methods: z.array(z.string()).check(z.describe('How its owner was authenticated (RFC 8176).')),
    created_at: instantField,
    last_used_at: instantField,
    expires_at: instantField,
  }),
);

const eventExport = named(
  'ExportedEvent',
  'An entry of the history.',
  z.strictObject({
    type: z.string(),
    occurred_at: instantField,
    source_ip: z.optional(z.string()),
    country: seenFromShape.country,
    device: seenFromShape.device,
    session_id: z.optional(z.string().check(z.describe('The session that it is about, or came from.'))),
    operator_reason: z.optional(
      z.string().check(z.describe("Why somebody of the operator's did it, in their own words.")),
    ),
  }),
);

const changeExport = named(
  'ExportedChange',
  'A change that can be undone, and what the account had before it.',
  z.strictObject({
    event: z.string(),
    changed_at: instantField,
    email_before: z.string(),
    phone_number_before: z.optional(z.string()),
    recovery_phone_before: z.optional(z.string()),
    undoable_until: instantField,
  }),
);

const formerFactorExport = named(
  'ExportedFormerFactor',
  'A number that was a second factor.',
  z.strictObject({ phone_number: z.string(), kept_until: instantField }),
);

/** Everything that is held about an account, but for secrets: what stands for those is that they are there. */
export const accountExport = named(
  'AccountExport',
  'Everything that is held about the account (GDPR articles 15 and 20). Secrets are not in it: hashes, keys of authenticator apps and tokens.',
  z.strictObject({
    format: z.literal('keyturn-account-export-1'),
    made_at: instantField,
    complete: z
      .boolean()
      .check(z.describe('False where the history has more entries than one answer can hold; those are left out.')),
    profile: profileAnswer,
    account: stateExport,
    second_factors: factorsExport,
    sessions: z.array(sessionExport),
    known_devices: z.array(deviceExport),
    wrong_tries: z.array(triesExport),
    undoable_changes: z.array(changeExport),
    former_factor_numbers: z
      .array(formerFactorExport)
      .check(z.describe('Numbers that were a second factor, which the account can not choose for recovery yet.')),
    history: z.array(eventExport),
  }),
);

/** The same as data. */
export type AccountExport = z.infer<typeof accountExport>;
