import { readFile } from 'node:fs/promises';
import * as manifest from '../../functions/manifest.ts';
import { type Architecture, architectureOf } from '../../shared/contract/architecture.ts';
import { CANARY_EVERY_MINUTES } from '../../shared/contract/canary.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { METRICS } from '../../shared/observability/metrics.ts';
import { canaryCost } from './canary-cost.ts';
import {
  costOfFlow,
  type Deployed,
  type FlowCost,
  type HashingCost,
  isMeasured,
  type NotMeasured,
} from './compute-cost.ts';
import { countSeries } from './count-series.ts';
import { figuresOf, type Measurements, parseMeasurements } from './measurements.ts';
import { optionCosts } from './option-costs.ts';
import { type PriceList, parsePriceList } from './price-list.ts';
import { type CloudFormationTemplate, functionsByFlow, standingParts } from './read-template.ts';
import { writeCostPage } from './write-cost-page.ts';

/**
 * The flows that people and their messages call. A rotation is a few calls a quarter, and the guard exists only with
 * the edge.
 */
const contracts = (Object.values(manifest) as Contract[]).filter(
  ({ trigger }) => trigger === 'http' || trigger === 'stream',
);

/** Memory sizes for which a hash is priced, beside the deployed one: half a gigabyte to two cores. */
const HASHING_SIZES_MIB = [512, 1024, 1769, 3008] as const;

const json = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8'));

/** What the benchmark has saved. @throws ZodError where it is invalid */
export const readMeasurements = async (): Promise<Measurements> => parseMeasurements(await json('bench/measured.json'));

/** The flows without figures, by name. */
export const notMeasured = (measurements: Measurements): string[] =>
  contracts.filter((one) => figuresOf(measurements, one.flow, architectureOf(one)) === null).map(({ flow }) => flow);

/** What the page is written of. */
interface CostSources {
  template: CloudFormationTemplate;
  measurements: Measurements;
  prices: PriceList;
}

/** Makes the cost of a flow, as it is deployed or in another way. @throws Error that names a flow which is not deployed */
const makeCostOf = ({ template, measurements, prices }: CostSources) => {
  const functions = functionsByFlow(template);
  return ({ flow, trigger, mail }: Contract, other: Partial<Deployed> = {}): FlowCost | NotMeasured => {
    const ofFunction = functions.get(flow);
    if (ofFunction === undefined) throw new Error(`${flow} is not in the template`);
    const deployed = { ...ofFunction, isHttp: trigger === 'http', sendsMail: mail ?? false, ...other };
    const measured = figuresOf(measurements, flow, deployed.architecture);
    return measured ? costOfFlow({ flow, measured, deployed, prices }) : { flow, memoryMiB: deployed.memoryMiB };
  };
};

/** What each flow that hashes costs on each processor, by figures of that processor alone. */
export const hashingCosts = (sources: CostSources): HashingCost[] => {
  const { measurements } = sources;
  const costOf = makeCostOf(sources);
  const onOne = (contract: Contract, architecture: Architecture): HashingCost['costs'][Architecture] => {
    const { cpuMs } = measurements[architecture]?.flows[contract.flow] ?? {};
    const cost = costOf(contract, { architecture });
    return cpuMs !== undefined && isMeasured(cost) ? { cpuMs, cost } : null;
  };
  return contracts
    .filter(({ hashing }) => hashing)
    .map((contract) => ({
      flow: contract.flow,
      architecture: architectureOf(contract),
      costs: { x86_64: onOne(contract, 'x86_64'), arm64: onOne(contract, 'arm64') },
    }));
};

/** AWS's prices. @throws ZodError where the list is invalid */
export const readPrices = async (): Promise<PriceList> => parsePriceList(await json('scripts/cost/prices.json'));

/** The page of costs for a template. @throws Error that names a flow which is not deployed */
export const costPage = async (template: CloudFormationTemplate, measurements: Measurements): Promise<string> => {
  const prices = await readPrices();
  const sources = { template, measurements, prices };
  const costOf = makeCostOf(sources);
  const signIn = contracts.filter(({ flow }) => flow === 'sign-in');
  const flows = contracts.map((contract) => costOf(contract));
  const mailFlow = contracts.find(({ mail }) => mail)?.flow ?? '';
  const canary = functionsByFlow(template).get('run-canary');
  if (!canary) throw new Error('run-canary is not in the template');
  return writeCostPage({
    flows,
    canary: canaryCost({ everyMinutes: CANARY_EVERY_MINUTES, deployed: canary, flows, mailFlow, prices }),
    options: optionCosts(contracts.filter(({ trigger }) => trigger === 'http').length, prices),
    signInBySize: HASHING_SIZES_MIB.flatMap((memoryMiB) =>
      signIn.map((contract) => costOf(contract, { memoryMiB })).filter(isMeasured),
    ),
    hashing: hashingCosts(sources),
    mailFlow,
    standing: standingParts(template, countSeries(METRICS)),
    prices,
    measuredAt: { x86_64: measurements.x86_64?.measuredAt ?? null, arm64: measurements.arm64?.measuredAt ?? null },
  });
};
