import * as z from 'zod/mini';

/** Of the stack's settings functions read this: behind CloudFront a caller's address is in a header. */
export const edgeEnabled = () =>
  z
    ._default(z.boolean(), false)
    .check(z.describe('Whether CloudFront and WAF stand before the API; not unless set. About 10 USD a month.'));

/** And this: a country is taken from no header that the edge does not write. */
export const edgeViewerCountry = () =>
  z
    ._default(z.boolean(), false)
    .check(
      z.describe(
        'Whether CloudFront tells the country of each caller, which sessions, the history and notices of new sign-ins then show to the owner; false unless set (docs/adr/0073).',
      ),
    );
