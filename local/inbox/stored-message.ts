import * as z from 'zod/mini';

/** A message as it is kept, one a line, and as `GET /messages` shows it. */
export const storedMessage = z.object({
  /** Of a mail to several people, the first one's message bears the id that the sender was answered. */
  id: z.string(),
  channel: z.enum(['email', 'sms']),
  /** An e-mail address as the sender wrote it, or a phone number in E.164. */
  to: z.string(),
  /** A mail's source, or the sender that a phone would show. */
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

/** What a send asks for, before it is given an id and a time. */
export type MessageDraft = Omit<StoredMessage, 'id' | 'sent_at'>;
