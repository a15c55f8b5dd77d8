import { Names, Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { CfnAnomalySubscription } from 'aws-cdk-lib/aws-ce';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../../shared/settings/settings.ts';
import { leadTo } from '../alarms/what-to-do.ts';
import { letPublish } from './alarm-topic.ts';

/** Share of the budget, in percent. AWS knows what a month will cost after some weeks, and what it has cost up to a day late. */
const STAGES = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

/** Of a name that Cost Explorer keeps. @see AWS Cost Explorer API, AnomalySubscription */
const NAME_MAX_LENGTH = 100;

export interface CostNoticesProps extends Pick<Settings['deployment']['alarms'], 'monthlyBudgetUsd' | 'anomalies'> {
  topic: ITopic;
}

/**
 * Has AWS tell the topic of money: a month's budget, and days that cost more than others. Both are of the whole account: SMS, mail and traffic have
 * no tags that a filter could go by, and they are most of what can grow.
 */
export class CostNotices extends Construct {
  private readonly topic: ITopic;

  constructor(scope: Construct, id: string, { topic, monthlyBudgetUsd, anomalies }: CostNoticesProps) {
    super(scope, id);
    this.topic = topic;
    if (monthlyBudgetUsd !== null) this.budget(monthlyBudgetUsd);
    if (anomalies !== null) this.anomalies(anomalies);
  }

  private budget(amount: number): void {
    const { account, partition } = Stack.of(this);
    const policy = letPublish(this.topic, {
      service: 'budgets.amazonaws.com',
      sourceArn: `arn:${partition}:budgets::${account}:*`,
    });
    const subscribers = [{ subscriptionType: 'SNS', address: this.topic.topicArn }];
    const budget = new CfnBudget(this, 'Budget', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount, unit: 'USD' } },
      notificationsWithSubscribers: STAGES.map((stage) => ({
        notification: { ...stage, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
        subscribers,
      })),
    });
    budget.node.addDependency(...policy); // AWS tries the topic when the budget is made
    leadTo(budget, 'monthly-budget');
  }

  /** An account has room for one monitor of its services, so the one that is there is subscribed to. @see AWS Cost Management user guide, "Quotas and restrictions" */
  private anomalies({ monitorArn, leastUsd }: NonNullable<CostNoticesProps['anomalies']>): void {
    const policy = letPublish(this.topic, { service: 'costalerts.amazonaws.com' });
    const subscription = new CfnAnomalySubscription(this, 'Anomalies', {
      subscriptionName: Names.uniqueResourceName(this, { maxLength: NAME_MAX_LENGTH }),
      frequency: 'IMMEDIATE',
      monitorArnList: [monitorArn],
      subscribers: [{ type: 'SNS', address: this.topic.topicArn }],
      thresholdExpression: JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
          Values: [String(leastUsd)],
        },
      }),
    });
    subscription.node.addDependency(...policy);
    leadTo(subscription, 'cost-anomaly');
  }
}
