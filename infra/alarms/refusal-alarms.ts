import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { HttpContract } from '../../shared/contract/contract.ts';
import { gatewayRoutesOf } from '../../shared/contract/gateway-routes.ts';
import { isUnsafe } from '../../shared/contract/kept-answers.ts';
import { HASHING, ORDINARY, SENDING, type Throttle } from '../../shared/contract/throttle.ts';
import { throttledMetric } from '../access-log.ts';
import { serviceMetric, type Watched } from '../metrics.ts';
import {
  type AlarmRow,
  FIVE_MINUTES,
  inParts,
  METRICS_OF_AN_ALARM,
  ONCE,
  QUARTER_HOUR,
  SILENCE_IS_GOOD,
} from './alarm-row.ts';

/** In five minutes, of a group of routes. A burst that comes together once is over after fewer. */
const THROTTLED_REQUESTS = 100;
/** In 15 minutes. Above what one source causes that goes on asking. */
const LEAST_LIMITED = 100;
/** Of all requests: more are refused than one office behind one address explains. */
const LIMITED_PERCENT = 20;

/** Routes by what a flood of them costs, each with what it shuts people out of. */
const GROUPS: readonly { name: string; throttle: Throttle; shutsOut: string }[] = [
  { name: 'sending', throttle: SENDING, shutsOut: 'Sign-up, recovery and codes' },
  { name: 'hashing', throttle: HASHING, shutsOut: 'Sign-in and new passwords' },
  { name: 'ordinary', throttle: ORDINARY, shutsOut: 'Refreshes, codes and links' },
];

/** The routes of a group that anybody may send to: who floods them keeps everybody out. */
const doorsOf = (contracts: readonly HttpContract[], throttle: Throttle): string[] =>
  contracts
    .filter((contract) => contract.caller === 'anyone' && contract.throttle === throttle)
    .flatMap((contract) => gatewayRoutesOf(contract).filter(isUnsafe))
    .map(({ method, path }) => `${method} ${path}`);

/** One alarm for a few routes: CloudWatch charges for each of them either way, and a stack has 500 resources. */
const throttledAlarms = ({ namespace, flows }: Watched): AlarmRow[] => {
  const contracts = flows.map(({ contract }) => contract).filter((contract) => contract.trigger === 'http');
  return GROUPS.flatMap(({ name, throttle, shutsOut }) =>
    inParts(doorsOf(contracts, throttle), METRICS_OF_AN_ALARM).map((routes, part) => {
      const view = { statistic: Stats.SUM, period: FIVE_MINUTES };
      const counts = routes.map((route, index) => [`route${index}`, throttledMetric(namespace, route, view)] as const);
      return {
        id: `requests-throttled-${name}${part === 0 ? '' : `-${part + 1}`}`,
        runbook: 'requests-throttled',
        metric: new MathExpression({
          expression: counts.map(([id]) => `FILL(${id}, 0)`).join(' + '),
          usingMetrics: Object.fromEntries(counts),
          period: FIVE_MINUTES,
        }),
        threshold: THROTTLED_REQUESTS,
        periods: ONCE,
        missing: SILENCE_IS_GOOD,
        means: `${shutsOut} are refused to everybody: API Gateway throttles ${routes.join(', ')}.`,
      };
    }),
  );
};

/** People whom the service's own limits keep out: by source, address or number. */
const limitedAlarm = ({ namespace, api }: Watched): AlarmRow => ({
  id: 'rate-limited',
  runbook: 'rate-limited',
  metric: new MathExpression({
    expression: `IF(limited >= ${LEAST_LIMITED}, 100 * limited / requests, 0)`,
    usingMetrics: {
      limited: serviceMetric(namespace, 'RateLimited', { statistic: Stats.SUM, period: QUARTER_HOUR }),
      requests: api.metricCount({ statistic: Stats.SUM, period: QUARTER_HOUR }),
    },
    period: QUARTER_HOUR,
  }),
  threshold: LIMITED_PERCENT,
  periods: ONCE,
  missing: SILENCE_IS_GOOD,
  means: `${LIMITED_PERCENT} % of all requests are told to wait by the service's limits.`,
});

/** Requests that are refused with 429, by API Gateway or by the service. */
export const refusalAlarms = (watched: Watched): AlarmRow[] => [...throttledAlarms(watched), limitedAlarm(watched)];
