import * as z from 'zod/mini';
import { EMAIL_SIDES } from './email-sides.ts';
import { instantField } from './instant-field.ts';
import { named } from './named.ts';
import { TEXT_CLAIMS, type TextClaim } from './profile-claims.ts';
import { epochSecondsField } from './seconds-field.ts';

export const metadataField = z
  .record(z.string(), z.unknown())
  .check(z.describe("The app's own JSON object, at most 4 KiB."));

const textClaims = Object.fromEntries(TEXT_CLAIMS.map((name) => [name, z.optional(z.string())])) as {
  [claim in TextClaim]: z.ZodMiniOptional<z.ZodMiniString>;
};

const pendingEmailChange = named(
  'PendingEmailChange',
  'A change of address, which is made once both addresses have confirmed it.',
  z.object({
    new: z.string().check(z.describe('The address that the account is to have.')),
    confirmed_by: z
      .array(z.enum(EMAIL_SIDES))
      .check(z.describe('The addresses that have confirmed: old, the present one, and new.')),
    expires_at: instantField,
    waits_until: z.optional(
      instantField.check(
        z.describe('Set for a change without the old address: from then on, that one need not confirm.'),
      ),
    ),
  }),
);

/** Changes that wait to be confirmed. Absent where there is none. */
const pendingChanges = named(
  'PendingChanges',
  'The changes of a profile that wait to be confirmed.',
  z.object({ email: pendingEmailChange }),
);

/** Members that an owner reads. Apart from those that an owner writes, whose rules weigh more than a flow that only reads. */
export const profileAnswer = named(
  'Profile',
  'The profile of an account, with the claim names of OpenID Connect.',
  z.object({
    sub: z.string().check(z.meta({ description: 'The account id.', format: 'uuid' })),
    email: z.string(),
    email_verified: z.boolean(),
    email_deliverable: z.optional(
      z
        .boolean()
        .check(
          z.describe(
            'False where mail to the address was refused or complained of: only what its owner asks for goes there. POST /profile/email/proof wins it back. Absent where nothing speaks against it.',
          ),
        ),
    ),
    phone_number: z.optional(z.string()),
    phone_number_verified: z.optional(
      z
        .boolean()
        .check(
          z.describe(
            'False where another account has proven the number since; it stays the second factor. Proving it again makes it true.',
          ),
        ),
    ),
    recovery_phone: z.optional(
      z
        .string()
        .check(
          z.describe(
            'The number that a recovery by phone goes to, chosen with purpose recovery at request-verification. No claim of OpenID Connect. Absent where none is chosen.',
          ),
        ),
    ),
    ...textClaims,
    address: z.optional(z.record(z.string(), z.string())),
    updated_at: epochSecondsField('Seconds of the epoch (OpenID Connect Core §5.1).'),
    metadata: metadataField,
    pending: z.optional(pendingChanges),
  }),
);
