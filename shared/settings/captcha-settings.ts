import * as z from 'zod/mini';
import { CAPTCHA_PROVIDERS } from '../contract/captcha-providers.ts';
import { isSecureUrl } from './secure-url.ts';

const siteverifyUrl = () =>
  z.string().check(
    z.refine((text) => {
      if (!URL.canParse(text)) return false;
      const url = new URL(text);
      return isSecureUrl(url) && url.href === text && url.username === '' && url.password === '' && url.search === '';
    }, 'must be an https URL, such as https://challenges.cloudflare.com/turnstile/v0/siteverify'),
  );

/** Both providers' keys are of these characters; the longest today have 36. */
const siteKey = () => z.string().check(z.regex(/^[\w-]{1,100}$/, 'must be 1 to 100 of A-Z a-z 0-9 _ -'));

const hostname = () =>
  z
    .string()
    .check(z.regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be a host name such as www.example.com'));

/**
 * What an operator may choose about captchas: whether a provider says that a stranger's request comes from a real client. The
 * provider's secret is none of them: it is in Secrets Manager, and in a file on a laptop.
 */
export const captchaSettings = () =>
  z.prefault(
    z
      .strictObject({
        enabled: z
          ._default(z.boolean(), false)
          .check(
            z.describe("Whether strangers' requests may have to come with a captcha's response. False unless set."),
          ),
        provider: z
          ._default(z.enum(CAPTCHA_PROVIDERS), 'turnstile')
          .check(z.describe('Whose captcha it is: turnstile (Cloudflare) or hcaptcha; turnstile unless set.')),
        siteKey: z
          ._default(z.nullable(siteKey()), null)
          .check(
            z.describe("The widget's public key, which refusals tell clients; to be set where captchas are enabled."),
          ),
        when: z
          ._default(z.enum(['nearLimit', 'always']), 'nearLimit')
          .check(
            z.describe(
              'nearLimit: once half of a limit that the request counts for is used up. always: with every such request. nearLimit unless set.',
            ),
          ),
        hostnames: z
          ._default(z.array(hostname()).check(z.maxLength(20)), [])
          .check(z.describe('Hosts whose pages may show the widget; whichever the provider allows unless set.')),
        sendsSourceIp: z
          ._default(z.boolean(), false)
          .check(z.describe("Whether the provider is told the caller's address. False unless set.")),
        url: z
          ._default(z.nullable(siteverifyUrl()), null)
          .check(z.describe("Where responses are verified; the provider's own address unless set.")),
        timeoutMs: z
          ._default(z.int().check(z.minimum(100), z.maximum(3000)), 800)
          .check(z.describe('How long a person waits for the provider; after that the limits decide alone.')),
      })
      .check(
        z.refine(({ enabled, siteKey: key }) => !enabled || key !== null, {
          error: 'must be set where captchas are enabled',
          path: ['siteKey'],
        }),
      ),
    {},
  );
