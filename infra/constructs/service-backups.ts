import { type ArnComponents, ArnFormat, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BackupPlan,
  BackupPlanRule,
  BackupResource,
  BackupVault,
  type BackupVaultProps,
  type IBackupVault,
} from 'aws-cdk-lib/aws-backup';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { TableName } from '../../shared/contract/contract.ts';
import type { BackupSettings } from '../../shared/settings/backup-settings.ts';
import { acknowledge } from '../acknowledge.ts';
import { asFound } from '../as-found.ts';
import { keptIf } from '../kept-if.ts';

/** What is restored. Sessions, tokens and messages of before must not come back, so no backup has them. */
const BACKED_UP = ['accounts', 'credentials'] as const satisfies readonly TableName[];

/** In UTC. Both tables begin within the start window, so the two backups of a day are an hour apart at most. */
const DAILY = Schedule.cron({ hour: '3', minute: '0' });
const MONTHLY = Schedule.cron({ hour: '3', minute: '0', day: '1' });
const START_WINDOW = Duration.hours(1);
const COMPLETION_WINDOW = Duration.days(1);

export interface ServiceBackupsProps {
  backups: BackupSettings;
  tables: Readonly<Record<TableName, TableV2>>;
  /** Whether vault and key outlive the stack. */
  retainData: boolean;
}

/**
 * Backups by AWS Backup, beside point-in-time recovery: they outlive a table, and with a copy the account or the region. DynamoDB's own
 * recovery to a second is no part of them: AWS Backup has none for DynamoDB.
 *
 * @see AWS Backup developer guide, "Advanced DynamoDB backup"
 */
export class ServiceBackups extends Construct {
  readonly vault: BackupVault;

  constructor(scope: Construct, id: string, { backups, tables, retainData }: ServiceBackupsProps) {
    super(scope, id);
    const { dailyDays, monthlyDays, copyToVaultArn, locked } = backups;
    const removalPolicy = keptIf(retainData);
    const key = this.vaultKey(removalPolicy, copyToVaultArn);
    this.vault = new BackupVault(this, 'Vault', {
      encryptionKey: key,
      removalPolicy,
      ...(locked && { lockConfiguration: lockOf(backups) }),
    });

    const copy = copyToVaultArn === null ? null : BackupVault.fromBackupVaultArn(this, 'CopyVault', copyToVaultArn);
    const plan = new BackupPlan(this, 'Plan', { backupVault: this.vault });
    plan.addRule(ruleOf('Daily', DAILY, { days: dailyDays, copy }));
    if (monthlyDays !== null) plan.addRule(ruleOf('Monthly', MONTHLY, { days: monthlyDays, copy }));
    const backedUp = BACKED_UP.map((name) => tables[name]);
    plan.addSelection('Tables', {
      resources: backedUp.map(({ tableArn }) => BackupResource.fromArn(tableArn)),
      role: this.backupRole({ tables: backedUp, key, copyToVaultArn }),
      disableDefaultBackupPolicy: true,
    });
  }

  /** Of our own: a copy to another account can't be made of what is under the key that AWS manages. */
  private vaultKey(removalPolicy: RemovalPolicy, copyToVaultArn: string | null): Key {
    const key = new Key(this, 'VaultKey', {
      description: 'Encrypts the backups of Keyturn.',
      enableKeyRotation: true,
      removalPolicy,
    });
    const account = copyToVaultArn?.split(':')[4];
    if (account !== undefined && account !== Stack.of(this).account)
      key.addToResourcePolicy(
        new PolicyStatement({
          sid: 'CopyToTheOtherAccount',
          principals: [new AccountPrincipal(account)],
          actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:ReEncryptFrom'],
          resources: ['*'],
          conditions: { StringLike: { 'kms:ViaService': 'backup.*.amazonaws.com' } },
        }),
      );
    return key;
  }

  /**
   * Reads two tables into one vault, and restores nothing: who restores brings a role for it (docs/operating.md).
   *
   * @see AWS managed policy AWSBackupServiceRolePolicyForBackup, of which this is the part for DynamoDB
   */
  private backupRole({
    tables,
    key,
    copyToVaultArn,
  }: {
    tables: readonly TableV2[];
    key: Key;
    copyToVaultArn: string | null;
  }): IRole {
    const { account } = Stack.of(this);
    const role = new Role(this, 'Role', {
      description: 'What AWS Backup may do with the tables of Keyturn.',
      assumedBy: new ServicePrincipal('backup.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    const recoveryPoints = (parts: Partial<ArnComponents> = {}) =>
      Stack.of(this).formatArn({
        service: 'backup',
        resource: 'recovery-point',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        ...parts,
      });
    const statements = [
      {
        actions: ['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource', 'dynamodb:StartAwsBackupJob'],
        resources: tables.map(({ tableArn }) => tableArn),
      },
      {
        actions: ['backup:DescribeBackupVault', 'backup:CopyIntoBackupVault'],
        resources: [this.vault.backupVaultArn, ...(copyToVaultArn === null ? [] : [copyToVaultArn])],
      },
      { actions: ['backup:TagResource'], resources: [recoveryPoints()] },
      { actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], resources: [key.keyArn] },
      {
        actions: ['kms:CreateGrant'],
        resources: [key.keyArn],
        conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ];
    for (const statement of statements) role.addToPolicy(new PolicyStatement(statement));
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::${recoveryPoints(asFound(this))}]`]:
        'AWS Backup names a recovery point as it makes it; the role may tag them, and nothing else.',
    });
    return role;
  }
}

const ruleOf = (
  ruleName: string,
  scheduleExpression: Schedule,
  { days, copy }: { days: number; copy: IBackupVault | null },
): BackupPlanRule => {
  const deleteAfter = Duration.days(days);
  return new BackupPlanRule({
    ruleName,
    scheduleExpression,
    startWindow: START_WINDOW,
    completionWindow: COMPLETION_WINDOW,
    deleteAfter,
    ...(copy && { copyActions: [{ destinationBackupVault: copy, deleteAfter }] }),
  });
};

/** In governance mode: a lock that nobody can take away would outlive a mistake in its days. */
const lockOf = ({ dailyDays, monthlyDays }: BackupSettings): NonNullable<BackupVaultProps['lockConfiguration']> => ({
  minRetention: Duration.days(Math.min(dailyDays, monthlyDays ?? dailyDays)),
  maxRetention: Duration.days(Math.max(dailyDays, monthlyDays ?? dailyDays)),
});
