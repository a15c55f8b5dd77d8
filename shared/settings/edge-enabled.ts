import * as z from 'zod/mini';

/** The one setting of the stack that functions read: behind CloudFront a caller's address is in a header. */
export const edgeEnabled = () =>
  z
    ._default(z.boolean(), false)
    .check(z.describe('Whether CloudFront and WAF stand before the API; not unless set. About 10 USD a month.'));
