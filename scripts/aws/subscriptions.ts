import * as z from 'zod/mini';
import { SNS } from './aws-apis.ts';
import type { AskAws, AwsOperation } from './aws-operation.ts';
import { members } from './read-query-answer.ts';

const page = z.object({
  Subscriptions: members(z.object({ SubscriptionArn: z.string(), Protocol: z.string(), Endpoint: z.string() })),
  NextToken: z.optional(z.string()),
});

export const LIST_SUBSCRIPTIONS: AwsOperation<z.infer<typeof page>> = {
  api: SNS,
  name: 'ListSubscriptionsByTopic',
  actions: ['sns:ListSubscriptionsByTopic'],
  answer: page,
};

/** Somebody whom a topic tells. */
export interface Subscription {
  /** Such as `email`. */
  protocol: string;
  endpoint: string;
  /** Whether its owner has confirmed: nothing arrives before. */
  isConfirmed: boolean;
}

/** What SNS has in the place of an ARN until the owner has confirmed is no ARN. @see SNS API Reference, ListSubscriptionsByTopic */
const ARN = /^arn:/;

/** Whom a topic tells. @throws AwsRefused */
export const subscriptionsOf = async (ask: AskAws, topicArn: string): Promise<Subscription[]> => {
  const found: Subscription[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await ask(LIST_SUBSCRIPTIONS, { TopicArn: topicArn, ...(NextToken && { NextToken }) });
    for (const { Protocol, Endpoint, SubscriptionArn } of answer.Subscriptions)
      found.push({ protocol: Protocol, endpoint: Endpoint, isConfirmed: ARN.test(SubscriptionArn) });
    ({ NextToken } = answer);
  } while (NextToken);
  return found;
};
