import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { METRICS } from '../../shared/observability/metrics.ts';
import { synthesise, WITH_CAPTCHAS } from '../support/synthesise.ts';

const contracts: readonly Contract[] = Object.values(manifest);
const NAMESPACE = 'Keyturn/Keyturn';
/** @see CloudWatch service quotas, "Dashboards" */
const MOST_METRICS_OF_A_DASHBOARD = 2500;
/** @see CloudWatch API Reference, "Dashboard body structure and syntax", alarm widgets */
const MOST_ALARMS_OF_A_WIDGET = 100;

interface Widget {
  type: string;
  properties: { title?: string; alarms?: string[]; metrics?: unknown[][] };
}

type Joined = { 'Fn::Join': ['', (string | { Ref: string } | { 'Fn::GetAtt': string[] })[]] };

/** The text with references as `<LogicalId>`. */
const textOf = ({ 'Fn::Join': [, parts] }: Joined): string =>
  parts
    .map((part) => (typeof part === 'string' ? part : `<${'Ref' in part ? part.Ref : part['Fn::GetAtt'][0]}>`))
    .join('');

describe('the dashboard', () => {
  let template: Template;
  let dashboardId: string;
  let widgets: Widget[];
  const graph = (title: string) => JSON.stringify(widgets.find(({ properties }) => properties.title === title));

  beforeAll(async () => {
    template = await synthesise({ env: { region: 'eu-central-1' }, settings: WITH_CAPTCHAS });
    const [[id, { Properties }] = ['', { Properties: null }]] = Object.entries(
      template.findResources('AWS::CloudWatch::Dashboard'),
    );
    dashboardId = id;
    widgets = JSON.parse(textOf(Properties.DashboardBody)).widgets;
  });

  it('begins with whether people can get in', () => {
    const [first] = widgets;

    const told = JSON.stringify(first?.properties.metrics);
    expect(first?.properties.title).toBe('Can people get in?');
    for (const name of ['SignIns', 'SignInRefusals', 'Recoveries', 'DeliveryDelay', '5xx'])
      expect(told).toContain(`"${name}"`);
    expect(told).toContain('"p90"');
  });

  it('shows no more alarms in one widget than CloudWatch takes', () => {
    const counts = widgets.map(({ properties }) => properties.alarms?.length ?? 0);

    expect(Math.max(...counts)).toBeGreaterThan(0);
    expect(Math.max(...counts)).toBeLessThanOrEqual(MOST_ALARMS_OF_A_WIDGET);
  });

  it('shows every alarm that there is', () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);

    const ids = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
    expect(shown.toSorted()).toEqual(ids.map((id) => `<${id}>`).toSorted());
  });

  it('shows every metric that the service counts: one that nobody sees is paid for in vain', () => {
    const told = JSON.stringify(widgets);

    const named = (name: string) =>
      told.includes(`["${NAMESPACE}","${name}"`) || told.includes(`MetricName=\\"${name}\\"`);
    expect(Object.keys(METRICS).filter((name) => !named(name))).toEqual([]);
  });

  it.each(['Calls', 'Latency p99', 'Crashed or out of time'])('shows each flow in the graph %s', (title) => {
    const functions = Object.keys(
      template.findResources('AWS::Lambda::Function', { Properties: { Handler: 'index.handler' } }),
    );

    const shown = graph(title);
    expect(functions.length).toBeGreaterThanOrEqual(contracts.filter(({ trigger }) => trigger === 'http').length);
    expect(functions.filter((id) => !shown.includes(`<${id}>`))).toEqual([]);
  });

  it('shows every table and every queue of dead letters', () => {
    const ids = ['AWS::DynamoDB::GlobalTable', 'AWS::SQS::Queue'].flatMap((type) =>
      Object.keys(template.findResources(type)),
    );

    const told = JSON.stringify(widgets);
    expect(ids.filter((id) => !told.includes(`<${id}>`))).toEqual([]);
  });

  it('has no name that a second stack would want too, and is where the stack says', () => {
    const url = textOf(template.findOutputs('DashboardUrl').DashboardUrl?.Value);

    template.hasResourceProperties('AWS::CloudWatch::Dashboard', {});
    expect(template.findResources('AWS::CloudWatch::Dashboard')[dashboardId]?.Properties.DashboardName).toBeUndefined();
    expect(url).toBe(
      `https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/<${dashboardId}>`,
    );
  });

  it('has no more metrics than CloudWatch shows on one', () => {
    const shown = widgets.flatMap(({ properties }) => properties.metrics ?? []);

    expect(shown.length).toBeLessThan(MOST_METRICS_OF_A_DASHBOARD);
  });
});
