import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../shared/settings/settings.ts';
import { SettingsRefused } from '../shared/settings/settings-refused.ts';

const refuse = (key: string, value: unknown, allowed: string): never => {
  throw new SettingsRefused([{ path: ['deployment', 'backups', key], value, allowed }]);
};

/**
 * Refuses settings of backups that contradict each other, or the stack.
 *
 * @throws SettingsRefused that names the key, the value and what is allowed
 */
export const checkBackups = (scope: Construct, { deployment: { backups } }: Pick<Settings, 'deployment'>): void => {
  const { region } = Stack.of(scope);
  const { enabled, keyringRegions, monthlyDays, copyToVaultArn, locked } = backups;
  if (!Token.isUnresolved(region) && keyringRegions.includes(region))
    refuse('keyringRegions', region, "must name other regions than the stack's own");
  if (enabled) return;
  for (const [key, value] of Object.entries({ monthlyDays, copyToVaultArn, locked: locked || null }))
    if (value !== null) refuse(key, value, 'does nothing unless deployment.backups.enabled is true');
};
