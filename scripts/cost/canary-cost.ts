import { type Deployed, type FlowCost, gbSecondUsd, isMeasured, type NotMeasured } from './compute-cost.ts';
import type { PriceList } from './price-list.ts';

const MINUTES_PER_MONTH = (365 / 12) * 24 * 60;
const MINUTES_BETWEEN_RECOVERIES = 15;
const MIB_PER_GIB = 1024;
const MILLION = 1_000_000;

/** What one run calls (functions/run-canary/flow.ts). */
const CALLS_OF_A_RUN: Readonly<Record<string, number>> = {
  'describe-service': 3,
  'check-reset-token': 1,
  'sign-in': 1,
  'sign-out': 1,
};

/** Monthly cost of the canary, in US dollars, without its alarms and metrics, which are among the standing ones. */
export interface CanaryCost {
  runs: number;
  /** The function itself. */
  own: number;
  /** What its requests cost. */
  caused: number;
  /** Its recovery mails. */
  mails: number;
  /** What CloudWatch Synthetics asks for as many runs, beside the same requests and mails and the function that it runs in. */
  synthetics: number;
}

/** Flows that are not measured yet are in no sum. @throws Error that names a flow which there is not */
export const canaryCost = ({
  everyMinutes,
  deployed: { memoryMiB, architecture },
  flows,
  mailFlow,
  prices: { usd, assumed },
}: {
  everyMinutes: number;
  deployed: Pick<Deployed, 'memoryMiB' | 'architecture'>;
  flows: readonly (FlowCost | NotMeasured)[];
  /** The flow that sends mail. */
  mailFlow: string;
  prices: Pick<PriceList, 'usd' | 'assumed'>;
}): CanaryCost => {
  const callUsd = (flow: string): number => {
    const cost = flows.find((one) => one.flow === flow);
    if (!cost) throw new Error(`there is no flow ${flow}`);
    return isMeasured(cost) ? cost.total / MILLION : 0;
  };
  const runs = MINUTES_PER_MONTH / everyMinutes;
  const recoveries = MINUTES_PER_MONTH / MINUTES_BETWEEN_RECOVERIES;
  const gbSeconds = assumed.canaryRunSeconds * (memoryMiB / MIB_PER_GIB);
  const ofARun = Object.entries(CALLS_OF_A_RUN).reduce((sum, [flow, count]) => sum + count * callUsd(flow), 0);
  return {
    runs: Math.round(runs),
    own: runs * (usd.lambdaRequestMillion / MILLION + gbSeconds * gbSecondUsd(architecture, usd)),
    caused: runs * ofARun + recoveries * callUsd('request-recovery'),
    mails: recoveries * callUsd(mailFlow),
    synthetics: runs * usd.syntheticsRun,
  };
};
