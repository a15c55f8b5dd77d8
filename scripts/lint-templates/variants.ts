import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SettingsInput } from '../../shared/settings/settings.ts';

const PLAIN: SettingsInput = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.at',
  publicUrl: 'https://auth.bookshelf.at',
};

const EDGE: SettingsInput = {
  ...PLAIN,
  deployment: {
    domainName: 'auth.bookshelf.at',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000000',
    edge: { enabled: true },
  },
};

/** Everything that adds to a template. */
const ALL: SettingsInput = {
  ...EDGE,
  allowedOrigins: ['https://app.bookshelf.at'],
  captcha: { enabled: true, siteKey: 'a-site-key' },
  trustedCallers: [{ id: 'web', secretGeneration: 2 }],
  recovery: { byPhone: false },
  sms: {
    channel: 'notify',
    notify: { configurationId: 'notify-1', templates: { en: 'notify-code-verification-english-001' } },
    originators: { DE: 'MYAPP' },
  },
  deployment: {
    ...EDGE.deployment,
    alarmEmail: 'on-call@bookshelf.at',
    alarms: {
      quietHours: 6,
      monthlyBudgetUsd: 250,
      anomalies: { monitorArn: 'arn:aws:ce::111122223333:anomalymonitor/0a1b2c3d-0000-4000-8000-000000000000' },
    },
    tracing: true,
    ipv6: true,
    gradual: { enabled: true },
    sms: { deliveryLogs: true },
    edge: { enabled: true, secretGeneration: 2, viewerCountry: true },
    backups: {
      enabled: true,
      monthlyDays: 365,
      copyToVaultArn: 'arn:aws:backup:eu-west-1:444455556666:backup-vault:keyturn',
      locked: true,
      keyringRegions: ['eu-west-1'],
    },
  },
};

/** Settings that between them make every resource there is: as they are by default, behind the edge, with all that settings can add. */
export const VARIANTS = { plain: PLAIN, edge: EDGE, all: ALL } as const;

/**
 * Synthesises as `cdk synth` does, with account and region.
 *
 * @param outdir an empty folder
 * @returns the files of the templates
 */
export const synthesiseVariant = async (settings: SettingsInput, outdir: string): Promise<string[]> => {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8')) as { context: object };
  await promisify(execFile)('env', [
    `CDK_OUTDIR=${outdir}`,
    'CDK_DEFAULT_REGION=eu-central-1',
    'CDK_DEFAULT_ACCOUNT=111122223333',
    `CDK_CONTEXT_JSON=${JSON.stringify({ ...context, keyturn: settings, 'aws:cdk:disable-asset-staging': true })}`,
    process.execPath,
    'infra/app.ts',
  ]);
  return (await readdir(outdir)).filter((name) => name.endsWith('.template.json')).map((name) => join(outdir, name));
};
