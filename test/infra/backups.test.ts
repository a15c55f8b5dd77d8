import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { alarmsOf } from '../support/alarms.ts';
import { runApp } from '../support/run-app.ts';
import { onlyNamed, onlyOne, resourcesOf } from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

const OTHER_VAULT = 'arn:aws:backup:eu-west-1:444455556666:backup-vault:keyturn';
const PLAN = 'AWS::Backup::BackupPlan';

const withBackups = (backups: object) => synthesise({ settings: { deployment: { backups } } });

describe('backups in the stack', () => {
  let off: Template;
  let on: Template;
  let full: Template;

  beforeAll(async () => {
    [off, on, full] = await Promise.all([
      synthesise(),
      withBackups({ enabled: true }),
      withBackups({ enabled: true, monthlyDays: 365, copyToVaultArn: OTHER_VAULT, locked: true }),
    ]);
  });

  const rulesOf = (template: Template) => onlyOne(template, PLAN)[1].Properties.BackupPlan.BackupPlanRule;

  it('add a vault with a key, a plan, a role and an alarm, and change nothing else', () => {
    const resources = (template: Template) => template.toJSON().Resources as Record<string, { Type: string }>;
    const added = Object.entries(resources(on)).filter(([id]) => !(id in resources(off)));
    // The dashboard shows every alarm.
    const isKept = ([id, one]: [string, { Type: string }]) =>
      one.Type === 'AWS::CloudWatch::Dashboard' || JSON.stringify(resources(on)[id]) === JSON.stringify(one);

    expect(added.map(([, { Type }]) => Type).toSorted()).toEqual([
      'AWS::Backup::BackupPlan',
      'AWS::Backup::BackupSelection',
      'AWS::Backup::BackupVault',
      'AWS::CloudWatch::Alarm',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::KMS::Key',
    ]);
    expect(Object.entries(resources(off)).filter((entry) => !isKept(entry))).toEqual([]);
  });

  it('have Accounts and Credentials, and no sessions, tokens or messages, which must not come back', () => {
    const [, { Properties: selection }] = onlyOne(on, 'AWS::Backup::BackupSelection');
    const named = JSON.stringify(selection.BackupSelection.Resources);

    const wanted = resourcesOf(on, 'AWS::DynamoDB::GlobalTable').filter(([id]) => named.includes(id));
    expect(wanted.map(([id]) => /Tables([A-Z][a-z]+)/.exec(id)?.[1] ?? id).toSorted()).toEqual([
      'Accounts',
      'Credentials',
    ]);
    expect(selection.BackupSelection.ListOfTags).toBeUndefined();
  });

  it('are made each day and kept for 35 days, unless the settings say otherwise; both tables begin within an hour', () => {
    expect(rulesOf(on)).toEqual([
      expect.objectContaining({
        ScheduleExpression: 'cron(0 3 * * ? *)',
        StartWindowMinutes: 60,
        Lifecycle: { DeleteAfterDays: 35 },
      }),
    ]);
    expect(rulesOf(on)[0]).not.toHaveProperty('EnableContinuousBackup', true);
    expect(rulesOf(on)[0]).not.toHaveProperty('CopyActions');
  });

  it('are kept and copied each month too where the settings say so, the copy for as long', () => {
    expect(rulesOf(full)).toEqual([
      expect.objectContaining({
        Lifecycle: { DeleteAfterDays: 35 },
        CopyActions: [{ DestinationBackupVaultArn: OTHER_VAULT, Lifecycle: { DeleteAfterDays: 35 } }],
      }),
      expect.objectContaining({
        ScheduleExpression: 'cron(0 3 1 * ? *)',
        Lifecycle: { DeleteAfterDays: 365 },
        CopyActions: [{ DestinationBackupVaultArn: OTHER_VAULT, Lifecycle: { DeleteAfterDays: 365 } }],
      }),
    ]);
  });

  it('lie in a vault that outlives the stack, under a key of its own that turns every year', () => {
    const [keyId, key] = onlyNamed(on, 'AWS::KMS::Key', 'BackupsVaultKey');
    const [, vault] = onlyOne(on, 'AWS::Backup::BackupVault');

    expect(vault.Properties.EncryptionKeyArn).toEqual({ 'Fn::GetAtt': [keyId, 'Arn'] });
    expect(key.Properties.EnableKeyRotation).toBe(true);
    expect([vault, key].map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([
      'RetainExceptOnCreate',
      'RetainExceptOnCreate',
    ]);
    expect(vault.Properties).not.toHaveProperty('LockConfiguration');
  });

  it('are locked between their shortest and their longest days, in a way that an administrator can end', () => {
    const [, { Properties: vault }] = onlyOne(full, 'AWS::Backup::BackupVault');

    expect(vault.LockConfiguration).toEqual({ MinRetentionDays: 35, MaxRetentionDays: 365 });
  });

  it('are made by a role that reads two tables for AWS Backup alone, and restores nothing', () => {
    const [roleId, { Properties: role }] = onlyNamed(on, 'AWS::IAM::Role', 'BackupsRole');
    const [, { Properties: policy }] = onlyNamed(on, 'AWS::IAM::Policy', 'BackupsRole');
    const statements: { Action: string | string[]; Resource: unknown }[] = policy.PolicyDocument.Statement;
    const actions = statements.flatMap(({ Action }) => Action);

    expect(policy.Roles).toEqual([{ Ref: roleId }]);
    expect(role.AssumeRolePolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Principal: { Service: 'backup.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
    expect(role).not.toHaveProperty('ManagedPolicyArns');
    expect(actions.filter((action) => /restore|delete|getitem|query|scan/i.test(action))).toEqual([]);
    expect(statements.filter(({ Resource }) => Resource === '*')).toEqual([]);
  });

  it("let the other account use the vault's key through AWS Backup alone, and no account where no copy is made", () => {
    const statementsOf = (template: Template) =>
      onlyNamed(template, 'AWS::KMS::Key', 'BackupsVaultKey')[1].Properties.KeyPolicy.Statement;

    expect(JSON.stringify(statementsOf(on))).not.toContain('444455556666');
    expect(statementsOf(full).at(-1)).toMatchObject({
      Principal: { AWS: expect.anything() },
      Condition: { StringLike: { 'kms:ViaService': 'backup.*.amazonaws.com' } },
    });
    expect(JSON.stringify(statementsOf(full).at(-1).Principal)).toContain('444455556666');
  });

  it('are found by the name of their vault, which is an output', () => {
    const [vaultId] = onlyOne(on, 'AWS::Backup::BackupVault');

    expect(on.findOutputs('BackupVaultName').BackupVaultName?.Value).toEqual({
      'Fn::GetAtt': [vaultId, 'BackupVaultName'],
    });
    expect(off.findOutputs('BackupVaultName')).toEqual({});
  });

  it('have an alarm that counts jobs and copies that failed, by the vault', () => {
    const [vaultId] = onlyOne(on, 'AWS::Backup::BackupVault');
    const [alarm] = alarmsOf(on).filter(({ description }) => description.endsWith('#backup-failed'));

    expect(alarm?.metrics.map(({ name }) => name).toSorted()).toEqual([
      'NumberOfBackupJobsAborted',
      'NumberOfBackupJobsExpired',
      'NumberOfBackupJobsFailed',
      'NumberOfCopyJobsFailed',
    ]);
    expect(JSON.stringify(alarm?.properties.Metrics)).toContain(vaultId);
    expect(alarm?.threshold).toBe(1);
  });
});

describe('copies of the keyring', () => {
  it('are in the regions that the settings name, and in none unless they do', async () => {
    const keyringOf = (template: Template) =>
      onlyNamed(template, 'AWS::SecretsManager::Secret', 'Keyring')[1].Properties;
    const copied = await withBackups({ keyringRegions: ['eu-west-1', 'eu-north-1'] });

    expect(keyringOf(copied).ReplicaRegions).toEqual([{ Region: 'eu-west-1' }, { Region: 'eu-north-1' }]);
    expect(keyringOf(await synthesise())).not.toHaveProperty('ReplicaRegions');
  });

  it("are refused in the stack's own region", async () => {
    const backups = { keyringRegions: ['eu-central-1'] };
    const inFrankfurt = { account: '111122223333', region: 'eu-central-1' };

    await expect(synthesise({ settings: { deployment: { backups } }, env: inFrankfurt })).rejects.toThrow(
      /deployment\.backups\.keyringRegions.*other regions/s,
    );
  });
});

describe('settings of backups', () => {
  it.each([
    { backups: { copyToVaultArn: OTHER_VAULT }, key: 'copyToVaultArn' },
    { backups: { monthlyDays: 365 }, key: 'monthlyDays' },
    { backups: { locked: true }, key: 'locked' },
  ])('are refused where they would do nothing: $key without a plan', async ({ backups, key }) => {
    await expect(withBackups(backups)).rejects.toThrow(
      new RegExp(`deployment\\.backups\\.${key}.*enabled is true`, 's'),
    );
  });

  it.each([
    { dailyDays: 0 },
    { dailyDays: 366 },
    { monthlyDays: 30 },
    { copyToVaultArn: 'arn:aws:backup:eu-west-1:1:backup-vault:x' },
    { keyringRegions: ['Frankfurt'] },
    { keyringRegions: ['eu-west-1', 'eu-west-1'] },
  ])('are held to their bounds: %j', async (backups) => {
    await expect(withBackups({ enabled: true, ...backups })).rejects.toThrow(/deployment\.backups\./);
  });

  it('with all of them on satisfy cdk-nag and the validation of CloudFormation', async () => {
    const backups = {
      enabled: true,
      monthlyDays: 365,
      copyToVaultArn: OTHER_VAULT,
      locked: true,
      keyringRegions: ['eu-west-1'],
    };

    const run = await runApp(
      {
        productName: 'Bookshelf',
        sender: 'no-reply@bookshelf.at',
        publicUrl: 'https://auth.bookshelf.at',
        deployment: { backups },
      },
      'eu-central-1',
    );

    expect(run).toMatchObject({ code: 0 });
  });
});
