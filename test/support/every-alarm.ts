import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { headingIn, RUNBOOK } from '../../infra/alarms/what-to-do.ts';
import { EdgeStack } from '../../infra/edge-stack.ts';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { alarmsOf } from './alarms.ts';
import { synthesise, synthesiseRollout, WITH_ALL_SMS, WITH_CAPTCHAS } from './synthesise.ts';

/** A certificate in the service's region. */
export const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d';
const EDGE_CERTIFICATE = CERTIFICATE.replace('eu-west-1', 'us-east-1');
/** A monitor that the account has. */
export const MONITOR = 'arn:aws:ce::111122223333:anomalymonitor/0a1b2c3d-0000-4000-8000-000000000000';

/** Settings with which the service has every alarm that it can have, but for those of SMS that are not the default's. */
export const EVERY_ALARM = {
  ...WITH_CAPTCHAS,
  deployment: {
    domainName: 'auth.bookshelf.example',
    certificateArn: CERTIFICATE,
    alarms: { quietHours: 6, monthlyBudgetUsd: 250, anomalies: { monitorArn: MONITOR, leastUsd: 40 } },
    backups: { enabled: true },
  },
} as const satisfies Partial<SettingsInput>;

/** The template of the edge's own stack. */
export const edgeTemplate = (deployment: SettingsInput['deployment'] = {}): Template => {
  const settings: SettingsInput = {
    productName: 'Bookshelf',
    sender: 'no-reply@bookshelf.example',
    publicUrl: 'https://auth.bookshelf.example',
    deployment: {
      domainName: 'auth.bookshelf.example',
      certificateArn: EDGE_CERTIFICATE,
      edge: { enabled: true },
      ...deployment,
    },
  };
  return Template.fromStack(new EdgeStack(new App(), 'KeyturnEdge', { settings }));
};

/** What leads to the runbook: alarms by their text, and what tells the topic without an alarm by its metadata. */
const headingsIn = (template: Template): string[] => {
  const { Resources } = template.toJSON() as { Resources: Record<string, { Metadata?: Record<string, unknown> }> };
  const noted = Object.values(Resources).flatMap(({ Metadata }) => Metadata?.[RUNBOOK] ?? []);
  const told = alarmsOf(template).map(({ description }) => headingIn(description) ?? description);
  return [...told, ...noted.map(String)];
};

/** The headings of the runbook that alarms and notices lead to, of the service, of its releases and of the edge. */
export const everyHeading = async (): Promise<Set<string>> =>
  new Set([
    ...headingsIn(await synthesise({ settings: EVERY_ALARM })),
    ...headingsIn(await synthesise({ settings: WITH_ALL_SMS })),
    ...headingsIn(await synthesiseRollout()),
    ...headingsIn(edgeTemplate()),
  ]);
