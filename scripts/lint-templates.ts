/**
 * npm run lint:templates: holds the templates against cfn-lint and checkov, as they are by default, behind the edge, and with all that settings
 * can add. Each exception has its reason in scripts/lint-templates/exceptions.ts.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SettingsInput } from '../shared/settings/settings.ts';
import { has } from './clients/tools.ts';
import { complaintsOf, type Linter } from './lint-templates/exceptions.ts';
import { LINTERS } from './lint-templates/linters.ts';
import { runChecks } from './verify/run-checks.ts';

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
    sms: { deliveryLogs: true },
    edge: { enabled: true, secretGeneration: 2 },
    backups: {
      enabled: true,
      monthlyDays: 365,
      copyToVaultArn: 'arn:aws:backup:eu-west-1:444455556666:backup-vault:keyturn',
      locked: true,
      keyringRegions: ['eu-west-1'],
    },
  },
};

/** As `cdk synth` does, with a region. @returns the templates */
const synthesise = async (settings: SettingsInput, outdir: string): Promise<string[]> => {
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

const lint = async (): Promise<boolean> => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-templates-'));
  try {
    const made = Object.entries({ plain: PLAIN, edge: EDGE, all: ALL }).map(([name, settings]) =>
      synthesise(settings, join(folder, name)),
    );
    const files = (await Promise.all(made)).flat();
    const checks = Object.entries(LINTERS).map(([linter, findingsIn]) => ({
      name: `${linter}, of ${files.length} templates`,
      run: async () => complaintsOf(linter as Linter, await findingsIn(files)).join('\n') || null,
    }));
    return await runChecks(checks, { say: (line) => console.log(line), nowMs: () => performance.now() });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

if (has('python3')) process.exitCode = (await lint()) ? 0 : 1;
else console.log('cfn-lint and checkov were left out: there is no python3');
