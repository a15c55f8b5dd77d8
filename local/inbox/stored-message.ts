import * as z from 'zod/mini';

/** A stored message, one a line on disk, as `GET /messages` shows it. */
export const storedMessage = z.object({
  /** For a mail to several people, the first message has the id that SES's answer named. */
  id: z.string(),
  channel: z.enum(['email', 'sms']),
  /** An e-mail address as the sender wrote it, or a phone number in E.164. */
  to: z.string(),
  /** A mail's source, or the sender that a phone shows. */
  from: z.string(),
  /** `null` for SMS. */
  subject: z.nullable(z.string()),
  /** Empty when the mail has no plain text. */
  text: z.string(),
  /** `null` for SMS, and for mail without HTML. */
  html: z.nullable(z.string()),
  /** RFC 3339, UTC, milliseconds. */
  sent_at: z.iso.datetime(),
});

/** One message to one recipient. */
export type StoredMessage = z.infer<typeof storedMessage>;

/** A message before it gets an id and a time. */
export type MessageDraft = Omit<StoredMessage, 'id' | 'sent_at'>;
