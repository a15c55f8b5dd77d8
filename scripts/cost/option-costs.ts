import type { PriceList } from './price-list.ts';

/** Metrics in the alarm on the new version of a flow (infra/alarms/release-alarm.ts). */
const METRICS_OF_RELEASE_ALARM = 3;
/** Metrics in the alarm on backups that were not made (infra/alarms/backup-alarms.ts). */
const METRICS_OF_BACKUP_ALARM = 4;

/** Monthly costs of settings that are off unless set, in US dollars. */
export interface OptionCosts {
  /** Of `deployment.gradual`. */
  gradual: number;
  /** Of `deployment.backups.enabled`, without storage. */
  backups: number;
  /** Of each region in `deployment.backups.keyringRegions`. */
  keyringCopy: number;
}

/** @param httpFlows how many flows are called over HTTP */
export const optionCosts = (httpFlows: number, { usd }: PriceList): OptionCosts => ({
  gradual: httpFlows * METRICS_OF_RELEASE_ALARM * usd.alarmMetricMonth,
  backups: usd.kmsKeyMonth + METRICS_OF_BACKUP_ALARM * usd.alarmMetricMonth,
  keyringCopy: usd.secretMonth, // a replica is billed as a secret
});
