import * as z from 'zod/mini';
import { NotifyError } from './notify-error.ts';
import type { MessageDraft } from './stored-message.ts';

/** Sender shown on a phone: AWS chooses it from its own. */
const SENDER = 'Notify';

const short = (pattern: RegExp) => z.string().check(z.regex(pattern));

/** @see End User Messaging SMS API, SendNotifyTextMessage, "Request Parameters" */
const request = z.strictObject({
  NotifyConfigurationId: short(/^[A-Za-z0-9_:/-]{1,256}$/),
  DestinationPhoneNumber: short(/^\+?[1-9][0-9]{1,18}$/),
  TemplateId: short(/^[A-Za-z0-9_-]{1,256}$/),
  TemplateVariables: z.record(z.string(), z.string()),
  TimeToLive: z.optional(z.int().check(z.minimum(5), z.maximum(259_200))),
});

/** What AWS's templates for codes take. @see End User Messaging SMS user guide, "Working with Notify templates" */
const CODE = /^\d{4,8}$/;

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new NotifyError('ValidationException', 'The request is no JSON', 'CANNOT_PARSE');
  }
};

/** What is kept of a message, and what the answer says of it. */
export interface ReadNotify {
  draft: MessageDraft;
  templateId: string;
}

/**
 * Reads a SendNotifyTextMessage. The text is one of the inbox's own, as AWS's templates are no part of the API.
 *
 * @throws NotifyError `ValidationException` for what the service can't use
 */
export const readNotify = (body: string): ReadNotify => {
  const { success, data, error } = request.safeParse(parsed(body));
  if (!success) {
    const fields = [...new Set(error.issues.map(({ path }) => String(path[0] ?? '')))].join(', ');
    throw new NotifyError('ValidationException', `Wrong or missing: ${fields}`, 'FIELD_VALIDATION_FAILED');
  }
  const { code } = data.TemplateVariables;
  if (code === undefined || !CODE.test(code))
    throw new NotifyError('ValidationException', 'The template wants a code of 4 to 8 digits', 'INVALID_PARAMETER');
  const text = `${code} is your verification code.`;
  const draft: MessageDraft = {
    channel: 'sms',
    to: data.DestinationPhoneNumber,
    from: SENDER,
    subject: null,
    text,
    html: null,
  };
  return { draft, templateId: data.TemplateId };
};
