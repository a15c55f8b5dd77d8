import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Contract, TopicName } from '../shared/contract/contract.ts';
import { constructId } from './construct-id.ts';
import { EventConsumer } from './constructs/event-consumer.ts';
import type { FlowFunction } from './constructs/flow-function.ts';

/** Lets topics and schedules trigger the flows whose contracts name them. */
export const eventConsumers = (
  scope: Construct,
  contracts: readonly Contract[],
  { functionOf, topics }: { functionOf: (flow: string) => FlowFunction; topics: Readonly<Record<TopicName, ITopic>> },
): EventConsumer[] =>
  contracts.flatMap((contract) =>
    contract.trigger === 'topic' || contract.trigger === 'schedule'
      ? new EventConsumer(scope, `${constructId(contract.flow)}Events`, {
          consumer: functionOf(contract.flow),
          contract,
          topics,
        })
      : [],
  );
