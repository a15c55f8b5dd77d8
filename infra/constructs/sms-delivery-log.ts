import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, LogGroup, MetricFilter, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { asFound } from '../as-found.ts';
import { constructId } from '../construct-id.ts';

/** Lines hold numbers of people; an alarm is looked into within days. */
const KEPT = RetentionDays.TWO_WEEKS;

/**
 * Why SMS do not arrive, in SNS's words, by what an operator would do about it. The words of `account` that the guide does not list are
 * those of AWS's answers at re:Post.
 *
 * @see SNS developer guide, "SMS delivery failure reasons"
 */
const REASONS = {
  /** The phone is off, or a carrier down: it passes. */
  unreachable: [
    'Phone is currently unreachable/unavailable',
    'Phone carrier is currently unreachable/unavailable',
    'Unknown error attempting to reach phone',
  ],
  /** Carriers and phones refuse the sender or the text. */
  blocked: [
    'Blocked as spam by phone carrier',
    'Phone carrier has blocked this message',
    'Destination is on a blocked list',
    'Phone has blocked SMS',
    'Phone is on a blocked list',
  ],
  /** The person, or the number itself, takes none. */
  unwanted: ['Phone number is opted out', 'Invalid phone number', 'Message body is invalid'],
  /** The AWS account may not. */
  account: [
    'This delivery would exceed max price',
    'No quota left for account',
    'Sandboxed account unable to send to number.',
  ],
} as const;

export type SmsFailure = keyof typeof REASONS;

/** As SNS's own role has them, for its groups of SMS alone. @see SNS developer guide, "Viewing CloudWatch Logs" */
const SNS_ACTIONS = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'logs:PutMetricFilter',
  'logs:PutRetentionPolicy',
];

/** Where SNS logs the SMS that arrived; those that did not are in the one below it. */
const groupOfSent = ({ region, account }: { region: string; account: string }): string =>
  `sns/${region}/${account}/DirectPublishToPhoneNumber`;

export interface SmsDeliveryLogProps {
  /** CloudWatch namespace of the metrics. */
  namespace: string;
}

/**
 * The log that SNS writes of SMS which did not arrive, with a role for that and a metric of each kind of reason. SNS writes once the
 * account is told to, which no stack can do (docs/adr/0077).
 */
export class SmsDeliveryLog extends Construct {
  /** For the account's attribute `DeliveryStatusIAMRole`. */
  readonly role: Role;
  private readonly filters: ReadonlyMap<SmsFailure, MetricFilter>;

  constructor(scope: Construct, id: string, { namespace }: SmsDeliveryLogProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Failures', {
      logGroupName: `${groupOfSent(Stack.of(this))}/Failure`, // SNS knows no other
      retention: KEPT,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = this.makeRole();
    this.filters = new Map(
      (Object.keys(REASONS) as SmsFailure[]).map((failure) => [
        failure,
        new MetricFilter(this, constructId(failure), {
          logGroup,
          metricNamespace: namespace,
          metricName: `SmsNotDelivered-${failure}`,
          metricValue: '1',
          filterPattern: FilterPattern.any(
            ...REASONS[failure].map((words) => FilterPattern.stringValue('$.delivery.providerResponse', '=', words)),
          ),
        }),
      ]),
    );
  }

  /** How many SMS did not arrive for such a reason. */
  metric(failure: SmsFailure, view: MetricOptions): Metric {
    const filter = this.filters.get(failure);
    if (!filter) throw new Error(`there is no metric of ${failure}`);
    return filter.metric(view);
  }

  private makeRole(): Role {
    const role = new Role(this, 'Role', {
      description: 'What SNS may do to log the delivery of SMS.',
      // Only for this account: SNS serves all. @see SNS developer guide, "Cross-service confused deputy prevention"
      assumedBy: new ServicePrincipal('sns.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    const groups = ({ partition, region, account }: ReturnType<typeof asFound>): string =>
      Stack.of(this).formatArn({
        partition,
        region,
        account,
        service: 'logs',
        resource: 'log-group',
        resourceName: `${groupOfSent({ region, account })}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    role.addToPolicy(new PolicyStatement({ actions: SNS_ACTIONS, resources: [groups(Stack.of(this))] }));
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::${groups(asFound(this))}]`]:
        'SNS writes two groups, of SMS that arrived and that did not, and streams of its own in them.',
    });
    return role;
  }
}
