import * as z from 'zod/mini';
import type { MailFate } from '../../shared/contract/mail-fates.ts';
import { MAIL_REFERENCE_TAG } from '../../shared/contract/mail-tags.ts';
import { canonicalEmailAddress } from '../../shared/primitives/email-address.ts';

/** What SES tells of a mail. */
export interface MailEvent {
  fate: MailFate;
  /** Canonical; those that it tells of. */
  emails: string[];
  /** The mail's reference; `null` for a mail without one. */
  reference: string | null;
}

const recipients = z.array(z.object({ emailAddress: z.string() }));

/** @see SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS" */
const publishedEvent = z.object({
  eventType: z.string(),
  mail: z.object({
    destination: z.array(z.string()),
    tags: z.optional(z.record(z.string(), z.array(z.string()))),
  }),
  bounce: z.optional(z.object({ bounceType: z.string(), bounceSubType: z.string(), bouncedRecipients: recipients })),
  complaint: z.optional(
    z.object({
      complaintSubType: z.nullish(z.string()),
      complaintFeedbackType: z.nullish(z.string()),
      complainedRecipients: recipients,
    }),
  ),
});

type PublishedEvent = z.infer<typeof publishedEvent>;

/** SES's own words for lists of suppressed addresses: of the AWS account, and of all of SES. */
const SUPPRESSED: ReadonlySet<string | null | undefined> = new Set(['OnAccountSuppressionList', 'Suppressed']);

const FATES: Readonly<Record<string, MailFate>> = {
  Delivery: 'delivered',
  DeliveryDelay: 'delayed',
  Reject: 'rejected',
};

const fateOf = ({ eventType, bounce, complaint }: PublishedEvent): MailFate => {
  if (eventType === 'Bounce' && bounce) {
    if (bounce.bounceType !== 'Permanent') return 'bounced-for-now';
    return SUPPRESSED.has(bounce.bounceSubType) ? 'suppressed' : 'bounced';
  }
  if (eventType === 'Complaint' && complaint) {
    if (SUPPRESSED.has(complaint.complaintSubType)) return 'suppressed';
    return complaint.complaintFeedbackType === 'not-spam' ? 'not-spam' : 'complained';
  }
  return Object.hasOwn(FATES, eventType) ? (FATES[eventType] ?? 'other') : 'other';
};

const parsed = (text: string): PublishedEvent | null => {
  try {
    return publishedEvent.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};

/**
 * Reads a message of SES's event publishing.
 *
 * @returns `null` for anything else, such as the text that SES sends to a topic when it is made the destination of events
 */
export const readMailEvent = (text: string): MailEvent | null => {
  const event = parsed(text);
  if (!event) return null;
  const named = (event.bounce?.bouncedRecipients ?? event.complaint?.complainedRecipients)?.map(
    ({ emailAddress }) => emailAddress,
  );
  const emails = (named ?? event.mail.destination)
    .map((address) => canonicalEmailAddress(address))
    .filter((email) => email !== null);
  return { fate: fateOf(event), emails, reference: event.mail.tags?.[MAIL_REFERENCE_TAG]?.[0] ?? null };
};
