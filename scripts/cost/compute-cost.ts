import type { Architecture } from '../../shared/contract/architecture.ts';
import type { Measured } from './measurements.ts';
import type { PriceList } from './price-list.ts';

/** A flow as it is deployed. */
export interface Deployed {
  memoryMiB: number;
  architecture: Architecture;
  /** Whether API Gateway calls it. */
  isHttp: boolean;
  sendsMail: boolean;
}

/** Cost of a million calls of a flow, in US dollars, by part. */
export interface FlowCost {
  flow: string;
  memoryMiB: number;
  /** Lambda's billed duration of one call. */
  durationMs: number;
  gateway: number;
  lambda: number;
  dynamo: number;
  logs: number;
  mail: number;
  total: number;
}

/** A flow that no benchmark has measured yet. */
export type NotMeasured = Pick<FlowCost, 'flow' | 'memoryMiB'>;

export const isMeasured = (cost: FlowCost | NotMeasured): cost is FlowCost => 'total' in cost;

/**
 * Memory at which Lambda gives one whole vCPU; less memory gives proportionally less.
 * @see Lambda developer guide, "Configure memory"
 */
const MIB_PER_VCPU = 1769;
const LEAST_BILLED_MS = 1;
const MILLION = 1_000_000;
const BYTES_PER_GB = 1024 ** 3;
const MIB_PER_GIB = 1024;
const SECONDS_PER_MONTH = (365 / 12) * 24 * 60 * 60;

/** Price of a gigabyte-second of Lambda on a processor. */
export const gbSecondUsd = (architecture: Architecture, usd: PriceList['usd']): number =>
  architecture === 'arm64' ? usd.lambdaArmGbSecond : usd.lambdaX86GbSecond;

export const costOfFlow = ({
  flow,
  measured,
  deployed: { memoryMiB, architecture, isHttp, sendsMail },
  prices: { usd, assumed },
}: {
  flow: string;
  measured: Measured;
  deployed: Deployed;
  prices: PriceList;
}): FlowCost => {
  const share = Math.min(1, memoryMiB / MIB_PER_VCPU); // no flow keeps a second core busy
  const waitMs = measured.waits * assumed.dynamoRoundTripMs + (sendsMail ? assumed.sesRoundTripMs : 0);
  const durationMs = Math.max(LEAST_BILLED_MS, Math.ceil(measured.cpuMs / share + waitMs));
  const gbSeconds = (durationMs / 1000) * (memoryMiB / MIB_PER_GIB);

  const gateway = isHttp ? usd.httpApiRequestMillion : 0;
  const lambda = usd.lambdaRequestMillion + gbSeconds * gbSecondUsd(architecture, usd) * MILLION;
  const dynamo = measured.readUnits * usd.dynamoReadUnitMillion + measured.writeUnits * usd.dynamoWriteUnitMillion;
  const logs = ((assumed.logBytesPerRequest * MILLION) / BYTES_PER_GB) * usd.logsGb;
  const mail = sendsMail ? usd.sesMailThousand * 1000 : 0;
  const total = gateway + lambda + dynamo + logs + mail;
  return { flow, memoryMiB, durationMs, gateway, lambda, dynamo, logs, mail, total };
};

/** A flow that hashes, on each processor; `null` for one on which it is not measured. */
export interface HashingCost {
  flow: string;
  /** What is deployed. */
  architecture: Architecture;
  costs: Readonly<Record<Architecture, { cpuMs: number; cost: FlowCost } | null>>;
}

/**
 * The processor on which a flow costs less. One on which it is not measured is not taken: nothing says that it would.
 * @throws Error where it is measured on neither
 */
export const cheaperArchitecture = ({ flow, costs: { arm64, x86_64 } }: HashingCost): Architecture => {
  if (!arm64 && !x86_64) throw new Error(`${flow} is not measured`);
  if (!arm64 || !x86_64) return arm64 ? 'arm64' : 'x86_64';
  return arm64.cost.lambda <= x86_64.cost.lambda ? 'arm64' : 'x86_64';
};

/** Billed time of a call below which the other processor costs less, in milliseconds. */
export const breakEvenMs = (durationMs: number, from: Architecture, { usd }: PriceList): number => {
  const to: Architecture = from === 'arm64' ? 'x86_64' : 'arm64';
  return (durationMs * gbSecondUsd(from, usd)) / gbSecondUsd(to, usd);
};

/** Resources that cost the same with or without traffic. */
export interface Standing {
  alarmMetrics: number;
  dashboards: number;
  keys: number;
  secrets: number;
  customMetrics: number;
}

/** Monthly cost of the standing resources, in US dollars. */
export const standingCost = (standing: Standing, { usd }: PriceList): number =>
  standing.alarmMetrics * usd.alarmMetricMonth +
  standing.dashboards * usd.dashboardMonth +
  standing.keys * usd.kmsKeyMonth +
  standing.secrets * usd.secretMonth +
  standing.customMetrics * usd.metricMonth;

/**
 * Monthly cost of a flow's traces, in US dollars. X-Ray traces the first call of each second and a share of the rest,
 * so nearly every call of a rarely called function. Assumes that calls arrive at random (Poisson), evenly over the
 * month.
 */
export const tracesCost = (callsPerMonth: number, { usd, assumed }: PriceList): number => {
  const perSecond = callsPerMonth / SECONDS_PER_MONTH;
  const firstPerSecond = 1 - Math.exp(-perSecond); // share of a Poisson process's seconds that have a call
  const tracedPerSecond = firstPerSecond + assumed.tracedShare * (perSecond - firstPerSecond);
  return ((tracedPerSecond * SECONDS_PER_MONTH) / MILLION) * usd.xrayTraceMillion;
};

/** Monthly cost of usage, in US dollars. */
export interface UsageCost {
  calls: number;
  /** Including SES. */
  mails: number;
  /** Where `deployment.tracing` is on; not in the total. */
  traces: number;
  /** Including point-in-time recovery. */
  storage: number;
  total: number;
}

/**
 * Cost of `users` monthly users, without the flows that are not measured yet.
 * @throws Error where the price list names a flow that there is not
 */
export const usageCost = ({
  users,
  flows,
  mailFlow,
  prices,
}: {
  users: number;
  flows: readonly (FlowCost | NotMeasured)[];
  /** The flow that sends mail. */
  mailFlow: string;
  prices: PriceList;
}): UsageCost => {
  const { usd, assumed, callsPerUserAndMonth, mailsPerUserAndMonth } = prices;
  const find = (flow: string): FlowCost | NotMeasured => {
    const found = flows.find((cost) => cost.flow === flow);
    if (!found) throw new Error(`prices.json names ${flow}, which is not among the flows`);
    return found;
  };
  const costOf = (flow: string, count: number): number => {
    const found = find(flow);
    return isMeasured(found) ? (count * found.total) / MILLION : 0;
  };
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

  const used = Object.entries(callsPerUserAndMonth)
    .map(([flow, count]) => ({ flow, count: users * count }))
    .filter(({ flow }) => isMeasured(find(flow)));
  const mailCount = users * mailsPerUserAndMonth;
  const calls = sum(used.map(({ flow, count }) => costOf(flow, count)));
  const mails = costOf(mailFlow, mailCount);
  const traces = sum([...used.map(({ count }) => count), mailCount].map((count) => tracesCost(count, prices)));
  const storage = ((users * assumed.accountKb) / 1024 ** 2) * (usd.dynamoStorageGbMonth + usd.dynamoRecoveryGbMonth);
  return { calls, mails, traces, storage, total: calls + mails + storage };
};

/** Monthly cost of `users` monthly users in a tier of Cognito, in US dollars. */
export const cognitoCost = (users: number, tiers: PriceList['cognitoMonthlyUserUsd'][string]): number => {
  let from = 0;
  let sum = 0;
  for (const { upTo, usd } of tiers) {
    const to = Math.min(users, upTo ?? users);
    sum += Math.max(0, to - from) * usd;
    from = Math.max(from, to);
  }
  return sum;
};
