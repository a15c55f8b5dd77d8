import { Duration, Stack } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { graphRows, peopleGetIn } from '../graphs.ts';
import type { Watched } from '../metrics.ts';

const COLUMNS = 24;

/**
 * One page of CloudWatch that says how the service is: first whether people can get in, then which alarms are on, then each
 * part. The first three dashboards of an account are free, a further one costs 3 USD a month.
 */
export class ServiceDashboard extends Construct {
  /** In the console of AWS; who is signed in there sees it. */
  readonly url: string;

  constructor(scope: Construct, id: string, { watched, alarms }: { watched: Watched; alarms: readonly Alarm[] }) {
    super(scope, id);
    const status = new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: COLUMNS, height: 6 });
    const rows: IWidget[][] = [[peopleGetIn(watched)], [status], ...graphRows(watched)];
    const { dashboardName } = new Dashboard(this, 'Page', { defaultInterval: Duration.hours(12), widgets: rows });
    const { region } = Stack.of(this);
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
  }
}
