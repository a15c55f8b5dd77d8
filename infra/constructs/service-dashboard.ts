import { Duration, Stack } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { graphRows, peopleGetIn } from '../graphs.ts';
import type { Watched } from '../metrics.ts';
import type { ServiceAlarms } from './service-alarms.ts';

const COLUMNS = 24;

/**
 * A CloudWatch dashboard: first the graph of people who get in, then the alarms, then each part of the service. An
 * account's first three dashboards are free; each further one costs 3 USD a month.
 */
export class ServiceDashboard extends Construct {
  /** Link to the AWS console; it asks for a sign-in. */
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    { watched, alarms }: { watched: Watched; alarms: Pick<ServiceAlarms, 'ofService' | 'ofFlows'> },
  ) {
    super(scope, id);
    // Apart, for a widget takes 100 alarms at the most.
    // @see CloudWatch API Reference, "Dashboard body structure and syntax"
    const states = Object.entries({ Alarms: alarms.ofService, 'Alarms of single flows': alarms.ofFlows }).map(
      ([title, shown]) => new AlarmStatusWidget({ title, alarms: [...shown], width: COLUMNS, height: 6 }),
    );
    const rows: IWidget[][] = [[peopleGetIn(watched)], ...states.map((state) => [state]), ...graphRows(watched)];
    const { dashboardName } = new Dashboard(this, 'Page', { defaultInterval: Duration.hours(12), widgets: rows });
    const { region } = Stack.of(this);
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
  }
}
