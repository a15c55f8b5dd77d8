import * as z from 'zod/mini';
import { alarmSettings } from './alarm-settings.ts';
import { backupSettings } from './backup-settings.ts';
import { canarySettings } from './canary-settings.ts';
import { edgeEnabled, edgeViewerCountry } from './edge-enabled.ts';
import { gradualSettings } from './gradual-settings.ts';
import { smsDeploymentSettings } from './sms-deployment-settings.ts';

/** Retention periods that CloudWatch Logs supports, in days. @see CloudWatch Logs API, PutRetentionPolicy */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const domainName = z
  .string()
  .check(
    z.regex(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'must be such as auth.example.com'),
  );

/**
 * Far above what the throttles of all routes let through, and below DynamoDB's own 40,000 for a table: what a fault of ours can cost in an hour
 * has an end. @see DynamoDB developer guide, "DynamoDB maximum throughput for on-demand tables"
 */
const TABLE_CEILING = 10_000;

const unitsPerSecond = (kind: 'read' | 'write') =>
  z
    ._default(z.int().check(z.minimum(100), z.maximum(40_000)), TABLE_CEILING)
    .check(
      z.describe(
        `How many ${kind} units a second each table gives at most, 100 to 40000; ${TABLE_CEILING} unless set. More is refused, so that a fault has a price that ends.`,
      ),
    );

/** Settings of the stack itself; functions get only whether they are behind the edge. */
export const deploymentSettings = z.strictObject({
  domainName: z
    ._default(z.nullable(domainName), null)
    .check(
      z.describe("The API's own name, the host of publicUrl; API Gateway's execute-api address alone unless set."),
    ),
  certificateArn: z
    ._default(
      z.nullable(
        z
          .string()
          .check(z.regex(/^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, "must be a certificate's ARN")),
      ),
      null,
    )
    .check(z.describe("ACM's certificate for domainName, in the stack's region (with the edge: us-east-1).")),
  mailIdentity: z
    ._default(z.enum(['create', 'existing']), 'create')
    .check(
      z.describe(
        "Whether the stack makes SES's identity of the sender's domain; existing where the domain is verified already. create unless set.",
      ),
    ),
  mailFromSubdomain: z
    ._default(z.string().check(z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be one DNS label')), 'bounce')
    .check(
      z.describe(
        "The label under the sender's domain that bounces come back to (custom MAIL FROM); bounce unless set.",
      ),
    ),
  retainData: z
    ._default(z.boolean(), true)
    .check(
      z.describe(
        'Whether tables and keyring are protected against deletion and outlive the stack; true unless set. false is for stacks that are to be thrown away.',
      ),
    ),
  grantsByRow: z
    ._default(z.boolean(), true)
    .check(
      z.describe(
        'Whether a function may touch only the kinds of rows that its contract names; true unless set. false: the same actions on the whole table. Only for when DynamoDB refuses what the contract allows (docs/operating.md).',
      ),
    ),
  mapChallenges: z
    ._default(z.boolean(), true)
    .check(
      z.describe(
        'Whether API Gateway writes WWW-Authenticate of every 401 again, for it may rename the one of a function; true unless set. Only for when it refuses that (docs/operating.md).',
      ),
    ),
  ipv6: z
    ._default(z.boolean(), false)
    .check(
      z.describe(
        'Whether the API answers at IPv6 addresses too; false unless set. Limits then count a /64 as one source (behind the edge CloudFront answers there anyway).',
      ),
    ),
  tracing: z
    ._default(z.boolean(), false)
    .check(z.describe('Whether X-Ray traces calls, which is billed by the trace; false unless set.')),
  parallelBatches: z
    ._default(z.int().check(z.minimum(1), z.maximum(10)), 1)
    .check(
      z.describe(
        'How many batches of messages go out at the same time, for each shard and channel, 1 to 10; 1 unless set. More take more of the concurrency that sign-ins need.',
      ),
    ),
  tableCeiling: z.prefault(
    z.strictObject({
      readUnitsPerSecond: unitsPerSecond('read'),
      writeUnitsPerSecond: unitsPerSecond('write'),
    }),
    {},
  ),
  logRetentionDays: z
    ._default(z.literal(RETENTION_DAYS), 90)
    .check(z.describe('How many days logs are kept; 90 unless set.')),
  alarmEmail: z
    ._default(z.nullable(z.email()), null)
    .check(z.describe('Who is told of alarms by mail; whoever subscribes to the alarm topic unless set.')),
  alarms: alarmSettings(),
  keyRotationDays: z
    ._default(z.int().check(z.minimum(7), z.maximum(365)), 90)
    .check(z.describe('How many days after which the keyring gets new keys, 7 to 365; 90 unless set.')),
  canary: canarySettings(),
  sms: z.prefault(smsDeploymentSettings, {}),
  backups: z.prefault(backupSettings, {}),
  gradual: gradualSettings(),
  edge: z.prefault(
    z.strictObject({
      enabled: edgeEnabled(),
      viewerCountry: edgeViewerCountry(),
      requestsPer5Minutes: z
        ._default(z.int().check(z.minimum(100), z.maximum(2_000_000)), 20_000)
        .check(
          z.describe(
            'How many requests one address may make in 5 minutes, 100 to 2000000; 20000 unless set. An office has one address.',
          ),
        ),
      guessesPer5Minutes: z
        ._default(z.int().check(z.minimum(10), z.maximum(2_000_000)), 1_000)
        .check(
          z.describe(
            'How many of them may be to routes at which passwords, codes and tokens can be tried or messages asked for, 10 to 2000000; 1000 unless set.',
          ),
        ),
      secretGeneration: z
        ._default(z.int().check(z.minimum(1), z.maximum(1_000_000)), 1)
        .check(
          z.describe(
            'Raised by one, CloudFront gets a new secret, and the API takes the one before it as well until the next; 1 unless set.',
          ),
        ),
    }),
    {},
  ),
});
