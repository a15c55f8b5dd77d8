import * as z from 'zod/mini';
import { section } from './section.ts';
import { isSecureUrl } from './secure-url.ts';

const rangeUrl = () =>
  z.string().check(
    z.refine((text) => {
      if (!URL.canParse(text)) return false;
      const url = new URL(text);
      return isSecureUrl(url) && url.href === text && text.endsWith('/') && url.username === '' && url.password === '';
    }, 'must be an https URL with a slash at its end, such as https://api.pwnedpasswords.com/range/'),
  );

/** What an operator may choose about passwords: their length, the cost of their hashes, and where breached ones are known. */
export const passwordSettings = {
  // NIST SP 800-63B-4 §3.1.1.2: 8 beside a second factor, 15 alone.
  get minimumLength() {
    return z
      ._default(z.int().check(z.minimum(8), z.maximum(64)), 8)
      .check(z.describe('Code points a password must have, 8 to 64; 8 unless set.'));
  },
  // OWASP Password Storage Cheat Sheet: the floor for argon2id.
  get argon2() {
    return section({
      memoryKiB: z._default(z.int().check(z.minimum(19_456), z.maximum(262_144)), 19_456),
      iterations: z._default(z.int().check(z.minimum(2), z.maximum(10)), 2),
      parallelism: z._default(z.int().check(z.minimum(1), z.maximum(4)), 1),
    });
  },
  get breachApi() {
    return section({
      enabled: z
        ._default(z.boolean(), false)
        .check(
          z.describe(
            'Whether new passwords are looked up at Have I Been Pwned: five characters of a hash leave. False unless set.',
          ),
        ),
      url: z
        ._default(rangeUrl(), 'https://api.pwnedpasswords.com/range/')
        .check(z.describe('Base of the ranges: Have I Been Pwned, or a mirror of your own.')),
      timeoutMs: z
        ._default(z.int().check(z.minimum(100), z.maximum(3000)), 800)
        .check(z.describe('How long a person waits for the answer; after that the local list decides alone.')),
    });
  },
};
