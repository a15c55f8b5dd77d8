import * as z from 'zod/mini';
import { UnusableAnswer } from '../lambda/outside-service.ts';

/** What providers answer, as far as it decides; they may come to say more. */
const answerSchema = z.object({
  success: z.boolean(),
  hostname: z.optional(z.nullable(z.string())),
  'error-codes': z.optional(z.nullable(z.array(z.string()))),
});

/**
 * Codes of what is wrong with a response: unknown, too old, or used before.
 *
 * @see Cloudflare Turnstile, "Validate the token", error codes; hCaptcha Developer Guide, "Siteverify Error Codes Table"
 */
const REFUSALS = [
  'missing-input-response',
  'invalid-input-response',
  'timeout-or-duplicate',
  'expired-input-response',
  'already-seen-response',
  'invalid-or-already-seen-response',
  'sitekey-secret-mismatch',
  'not-using-dummy-passcode',
  'bad-request',
] as const;

/**
 * Codes of what no caller can cause: the operator's secret is wrong, or the provider fails. Every other code is a refusal, also one that
 * is not known yet: what a caller can cause by a made-up response must not let it through.
 */
const FAULTS = [
  'missing-input-secret',
  'invalid-input-secret',
  'missing-remoteip',
  'invalid-remoteip',
  'internal-error',
] as const;

type FaultCode = (typeof FAULTS)[number];

/** The code of a secret that the provider doesn't take. */
export const WRONG_SECRET: FaultCode = 'invalid-input-secret';

/** `good`, or why not: a provider's code, `other-hostname`, or `unknown`. */
export type ResponseVerdict = 'good' | 'other-hostname' | 'unknown' | (typeof REFUSALS)[number];

const isFault = (code: string): code is FaultCode => (FAULTS as readonly string[]).includes(code);

/**
 * Judges what a provider answered, with any status.
 *
 * @param hostnames those whose pages may show the widget; empty for all that the provider allows
 * @throws UnusableAnswer where it says nothing about the response
 */
export const readSiteverifyAnswer = (text: string, hostnames: readonly string[]): ResponseVerdict => {
  const { success, hostname, 'error-codes': codes } = parsed(text);
  if (!success) {
    const given = codes ?? [];
    const [fault] = given;
    if (fault !== undefined && given.every(isFault)) throw new UnusableAnswer(fault);
    return REFUSALS.find((known) => given.includes(known)) ?? 'unknown';
  }
  return hostnames.length > 0 && !hostnames.includes(hostname ?? '') ? 'other-hostname' : 'good';
};

const parsed = (text: string): z.infer<typeof answerSchema> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UnusableAnswer(); // JSON.parse's own message quotes the answer
  }
  const result = answerSchema.safeParse(json);
  if (!result.success) throw new UnusableAnswer();
  return result.data;
};
