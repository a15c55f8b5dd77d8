import * as z from 'zod/mini';
import type { ProblemCode } from './problems.ts';

/** The member of a body that has a captcha's response. It belongs to the request, not to what is asked: flows never see it. */
export const CAPTCHA_MEMBER = 'captcha_token';

/** Half of what a body may have (shared/http/body.ts); the providers' own maxima are lower where they have one. */
const CAPTCHA_TOKEN_MAX_LENGTH = 8192;

/**
 * Both providers' responses are of base64url and dots. Nothing else is sent to them: a filter in front of them could answer what looks like
 * an attack with a page of its own, which would pass for an outage and let the request go on.
 */
const captchaTokenField = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(CAPTCHA_TOKEN_MAX_LENGTH),
    z.regex(/^[\w.-]*$/),
    z.describe(
      "The response of the captcha's widget, good for one request. Needed where an answer was captcha-required; ignored where none is asked for.",
    ),
  );

/** What of a contract asking for captchas adds to. */
interface Asking {
  captcha?: boolean;
  request?: z.ZodMiniType;
  problems: readonly ProblemCode[];
}

/** What asking for captchas adds to a contract: the member of the body, and the problem. */
export const withCaptcha = <Declared extends Asking>(contract: Declared): Declared => {
  const { captcha, request, problems } = contract;
  if (!captcha || !request) return contract;
  const body = request as unknown as z.ZodMiniObject; // every body is one, and may have checks of its own
  return {
    ...contract,
    request: z.extend(body, { [CAPTCHA_MEMBER]: z.optional(captchaTokenField) }),
    problems: [...problems, 'captcha-required'],
  };
};
