import * as z from 'zod/mini';

/**
 * How long CodeDeploy waits with a tenth of the calls on the new version.
 * @see CodeDeploy user guide, "Predefined deployment configurations for an AWS Lambda compute platform"
 */
const SHIFT_MINUTES = [5, 10, 15, 30] as const;

/** How a new release takes over from the one before (docs/adr/0081). */
export const gradualSettings = () =>
  z.prefault(
    z.strictObject({
      enabled: z
        ._default(z.boolean(), false)
        .check(
          z.describe(
            'Whether CodeDeploy gives a tenth of the requests to a new version first, and takes it back where it fails; not unless set. For after the first deployment.',
          ),
        ),
      minutes: z
        ._default(z.literal(SHIFT_MINUTES), 5)
        .check(z.describe('For how many minutes: 5, 10, 15 or 30; 5 unless set. An update takes as much longer.')),
    }),
    {},
  );
