import type { Architecture } from '../../shared/contract/architecture.ts';
import type { CanaryCost } from './canary-cost.ts';
import {
  breakEvenMs,
  cognitoCost,
  type FlowCost,
  type HashingCost,
  isMeasured,
  type NotMeasured,
  type Standing,
  standingCost,
  type UsageCost,
  usageCost,
} from './compute-cost.ts';
import type { OptionCosts } from './option-costs.ts';
import type { PriceList } from './price-list.ts';

/** The two sizes that the page compares. */
const USERS = [10_000, 100_000] as const;

/** Everything that the page shows. */
export interface CostPage {
  flows: readonly (FlowCost | NotMeasured)[];
  /** Cost of a sign-in at several memory sizes. */
  signInBySize: readonly FlowCost[];
  /** Cost of the flows that hash on each processor. */
  hashing: readonly HashingCost[];
  /** The flow that sends mail. */
  mailFlow: string;
  standing: Standing;
  canary: CanaryCost;
  options: OptionCosts;
  prices: PriceList;
  /** Dates of the measurements, `YYYY-MM-DD`; `null` for a processor on which there was none. */
  measuredAt: Readonly<Record<Architecture, string | null>>;
}

const usd = (amount: number): string => amount.toFixed(2);
const whole = (amount: number): string => amount.toLocaleString('en');
const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');

const UNKNOWN = '–';

/** Billed time and costs of a million calls, in the order of the table. */
const figuresOf = (cost: FlowCost | NotMeasured): readonly (string | number)[] => {
  if (!isMeasured(cost)) return [UNKNOWN, ...Array.from({ length: 5 }, () => UNKNOWN), 'not measured yet'];
  const { durationMs, gateway, lambda, dynamo, logs, mail, total } = cost;
  return [durationMs, ...[gateway, lambda, dynamo, logs, mail].map(usd), `**${usd(total)}**`];
};

/** Names the flows that the sums lack; empty where there are none. */
const withoutFigures = ({ flows }: CostPage): string => {
  const names = flows.filter((cost) => !isMeasured(cost)).map(({ flow }) => flow);
  if (names.length === 0) return '';
  return `\nNot measured yet, and in no sum above: ${names.join(', ')}. \`npm run bench -- --save\` on a quiet machine measures them.\n`;
};

const flowTable = ({ flows, mailFlow, prices }: CostPage): string =>
  table(
    ['flow', 'MiB', 'billed ms', 'API Gateway', 'Lambda', 'DynamoDB', 'logs', 'SES', '**USD per million**', 'per user'],
    flows.map((cost) => [
      cost.flow,
      cost.memoryMiB,
      ...figuresOf(cost),
      cost.flow === mailFlow ? prices.mailsPerUserAndMonth : (prices.callsPerUserAndMonth[cost.flow] ?? ''),
    ]),
  );

const memoryTable = ({ signInBySize }: CostPage): string =>
  table(
    ['sign-in with', ...signInBySize.map(({ memoryMiB }) => `${whole(memoryMiB)} MiB`)],
    [
      ['billed ms', ...signInBySize.map(({ durationMs }) => durationMs)],
      ['Lambda, USD per million', ...signInBySize.map(({ lambda }) => usd(lambda))],
    ],
  );

const PROCESSORS = ['x86_64', 'arm64'] as const;

const hashingTable = ({ hashing, prices }: CostPage): string =>
  table(
    ['flow', ...PROCESSORS.flatMap((one) => [`${one}: CPU ms`, 'billed ms', 'Lambda, USD per million']), 'deployed on'],
    hashing.map(({ flow, architecture, costs }) => {
      const cells = PROCESSORS.flatMap((one) => {
        const measured = costs[one];
        if (measured) return [measured.cpuMs, measured.cost.durationMs, usd(measured.cost.lambda)];
        const other = one === 'arm64' ? 'x86_64' : 'arm64';
        const cost = costs[other]?.cost;
        const below = cost ? `cheaper below ${Math.round(breakEvenMs(cost.durationMs, other, prices))} ms` : UNKNOWN;
        return ['not measured', below, UNKNOWN];
      });
      return [flow, ...cells, architecture];
    }),
  );

/** When the figures were measured, and on what. */
const measurementDates = ({ measuredAt }: CostPage): string =>
  PROCESSORS.filter((one) => measuredAt[one] !== null)
    .map((one) => `${measuredAt[one]} on ${one}`)
    .join(', ');

const userTable = ({ flows, mailFlow, standing, prices }: CostPage): string => {
  const standingUsd = standingCost(standing, prices);
  const ours = USERS.map((users) => usageCost({ users, flows, mailFlow, prices }));
  const row = (name: string, amounts: readonly number[]): string[] => [name, ...amounts.map(usd)];
  const part = (name: string, amountOf: (cost: UsageCost) => number) => row(name, ours.map(amountOf));
  const tiers = Object.entries(prices.cognitoMonthlyUserUsd).map(([tier, steps]) =>
    row(
      `Cognito ${tier}`,
      USERS.map((users) => cognitoCost(users, steps)),
    ),
  );
  return table(
    ['USD a month', ...USERS.map((users) => `${whole(users)} users`)],
    [
      part('calls', ({ calls }) => calls),
      part('mails', ({ mails }) => mails),
      part('storage and its recovery copies', ({ storage }) => storage),
      part('alarms, dashboard, metrics, key, secret', () => standingUsd),
      part('**Keyturn, all together**', ({ total }) => total + standingUsd),
      ...tiers,
    ],
  );
};

/** Writes docs/cost.md. @throws Error where the price list names a flow that there is not */
export const writeCostPage = (page: CostPage): string => {
  const { prices, standing, canary, options } = page;
  const { usd: price, assumed } = prices;
  const traces = USERS.map((users) => {
    const cost = usageCost({ ...page, users });
    return `${usd(cost.traces)} USD a month for ${whole(users)} users`;
  }).join(', ');
  return `# What it costs

Written by \`npm run cost\` from the synthesised template (memory, alarms), \`bench/measured.json\` (CPU and capacity units, measured
${measurementDates(page)} by \`npm run bench -- --save\`) and \`scripts/cost/prices.json\` (${prices.region}, noted ${prices.date}). Change those, not this page.

${prices.source}

## A month

${userTable(page)}

A user is somebody who signs in or refreshes a session in that month, and is taken to make the calls of the last column below. Cognito is its
list price per monthly active user, with the 10,000 users that Lite and Essentials never bill; SMS and mail come on top there.

- **SMS are not in it.** Each costs what AWS asks for its country (\`sms.pricesUsd\`); where they are sent, they are most of the bill. A day can cost
  \`sms.dailyBudgetUsd\` and no more.
- Mail is ${price.sesMailThousand} USD per thousand, on the plan of a new SES account. Without a plan it is 0.10:
  \`aws sesv2 put-account-pricing-attributes --plan NONE\`.
- The line of alarms is paid whether anybody calls or not: ${standing.alarmMetrics} metrics in alarms, ${standing.dashboards} dashboard, ${standing.customMetrics} metrics of its own at most (each is
  billed for the hours it is written in), ${standing.keys} keys (one dollar more after its first and its second yearly rotation), ${standing.secrets} secret.
- CloudFront and WAF (\`deployment.edge\`) add ${usd(price.edgeMonth)} USD a month, and ${usd(price.edgeRequestMillion)} USD per million requests beside a short call of Lambda for each.
- The canary (\`deployment.canary\`, on unless set) is in no sum above but for its alarms and metrics. Each 5 minutes, ${whole(canary.runs)} runs a month, it adds ${usd(canary.own)} USD for its function, taken
  to run ${assumed.canaryRunSeconds} seconds, ${usd(canary.caused)} USD for what it calls and ${usd(canary.mails)} USD for its mails. As a canary of CloudWatch Synthetics it would cost ${usd(canary.synthetics)} USD more (${price.syntheticsRun} USD a run).
- \`deployment.gradual\`, off unless set, adds ${usd(options.gradual)} USD a month: an alarm for each flow that is called over HTTP.
- \`deployment.backups\`, off unless set: \`enabled\` adds ${usd(options.backups)} USD a month for a key and an alarm, and ${usd(price.backupGbMonth)} USD for each GB that is kept, a month;
  each region of \`keyringRegions\` adds ${usd(options.keyringCopy)} USD for its copy of the keyring.
- X-Ray (\`deployment.tracing\`, off unless set) adds ${traces}, less the 100,000 traces a month that are free. Lambda traces the first call of a function in each second, which is most of them
  here, and ${assumed.tracedShare * 100} % of the others.
- Free tiers of AWS, which are not taken off here, count for most at the small end: every month 1 million calls and 400,000 GB-seconds of
  Lambda, 25 GB in DynamoDB, 10 metrics in alarms, 10 metrics, 3 dashboards, 5 GB of logs.

## A million calls of each flow

${flowTable(page)}
${withoutFigures(page)}
Billed time is CPU as measured on one core of the benchmark's machine, stretched by the share of a core that the memory buys, and ${assumed.dynamoRoundTripMs} ms for each wait
for DynamoDB, ${assumed.sesRoundTripMs} ms for SES. A row of ${page.mailFlow} is one mail sent alone; several at once share the wait. A request's logs are taken as ${whole(assumed.logBytesPerRequest)} bytes: its
own lines, Lambda's, API Gateway's. Cold starts are billed too and not in it, nor is
the rotation of keys, nor is record-feedback, which is called for each mail that SES tells of, nor erase-accounts, nor are reads of the keyring (0.05 USD per ten thousand; one at each cold start, and one every five minutes of a function that is called) and KMS's calls for Credentials (0.03 USD per ten thousand, and DynamoDB keeps a key for minutes). The last column is how often a user is taken to call it in a month.

## Processor

A millisecond of x86_64 costs ${usd(price.lambdaX86GbSecond / price.lambdaArmGbSecond)} times one of arm64. Most flows are on arm64. A password hash is where the processors differ, because
the library takes AVX2 on x86_64; its flows are on the one that is cheaper by these figures, or on the one that is measured. A figure that is missing comes from
\`npm run bench -- --save\` on a machine with that processor. The other rows of this page take the figures of the processor that is measured.

${hashingTable(page)}

## Memory

A password hash keeps one core busy, and Lambda gives a whole one at 1,769 MiB. With less the hash takes longer for the same price, and only the waits for
DynamoDB get cheaper; with more it costs more and is no faster.

${memoryTable(page)}
`;
};
