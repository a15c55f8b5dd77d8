import * as z from 'zod/mini';
import { REGION } from '../primitives/region.ts';

const region = z.string().check(z.regex(REGION, 'must be a region such as eu-west-1'));

const vaultArn = z
  .string()
  .check(z.regex(/^arn:aws[\w-]*:backup:[a-z0-9-]+:\d{12}:backup-vault:[\w-]{2,50}$/, "must be a backup vault's ARN"));

/** Beside the point-in-time recovery that every table has: what outlives the tables, the region or the account. */
export const backupSettings = z.strictObject({
  keyringRegions: z
    ._default(
      z.array(region).check(
        z.maxLength(5),
        z.refine((regions) => new Set(regions).size === regions.length, 'must name each region once'),
      ),
      [],
    )
    .check(
      z.describe(
        'Other regions that Secrets Manager keeps a copy of the keyring in; none unless set. Without the keyring no second factor of a backup can be read.',
      ),
    ),
  enabled: z
    ._default(z.boolean(), false)
    .check(z.describe('Whether AWS Backup keeps a backup of Accounts and Credentials of each day; false unless set.')),
  dailyDays: z
    ._default(z.int().check(z.minimum(1), z.maximum(365)), 35)
    .check(z.describe('How many days the backup of a day is kept, 1 to 365; 35 unless set.')),
  monthlyDays: z
    ._default(z.nullable(z.int().check(z.minimum(31), z.maximum(3653))), null)
    .check(
      z.describe(
        'How many days one backup of each month is kept, 31 to 3653; none is made unless set. An account that was erased stays in them as long.',
      ),
    ),
  copyToVaultArn: z
    ._default(z.nullable(vaultArn), null)
    .check(
      z.describe(
        'A vault in another account or region that every backup is copied to, and kept as long; no copy unless set.',
      ),
    ),
  locked: z
    ._default(z.boolean(), false)
    .check(
      z.describe(
        "Whether the vault has a lock: nobody deletes a backup before its time, or keeps it longer, without AWS Backup's right to take the lock away; false unless set.",
      ),
    ),
});

export type BackupSettings = z.infer<typeof backupSettings>;
