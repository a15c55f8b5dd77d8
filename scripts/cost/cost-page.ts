import { readFile } from 'node:fs/promises';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { METRICS } from '../../shared/observability/metrics.ts';
import { costOfFlow, type Deployed, type FlowCost, isMeasured, type NotMeasured } from './compute-cost.ts';
import { countSeries } from './count-series.ts';
import { type Measurements, parseMeasurements } from './measurements.ts';
import { parsePriceList } from './price-list.ts';
import { type CloudFormationTemplate, memoryByFlow, standingParts } from './read-template.ts';
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
export const notMeasured = ({ flows }: Measurements): string[] =>
  contracts.filter(({ flow }) => flows[flow] === undefined).map(({ flow }) => flow);

/** The page of costs for a template. @throws Error that names a flow which is not deployed */
export const costPage = async (template: CloudFormationTemplate, measurements: Measurements): Promise<string> => {
  const prices = parsePriceList(await json('scripts/cost/prices.json'));
  const memory = memoryByFlow(template);
  const memoryOf = ({ flow }: Contract): number => {
    const memoryMiB = memory.get(flow);
    if (memoryMiB === undefined) throw new Error(`${flow} is not in the template`);
    return memoryMiB;
  };
  const costOf = (contract: Contract, sizes: Partial<Deployed> = {}): FlowCost | NotMeasured => {
    const { flow, trigger, mail } = contract;
    const memoryMiB = memoryOf(contract);
    const measured = measurements.flows[flow];
    if (!measured) return { flow, memoryMiB };
    const deployed = { memoryMiB, isHttp: trigger === 'http', sendsMail: mail ?? false, ...sizes };
    return costOfFlow({ flow, measured, deployed, prices });
  };

  const signIn = contracts.filter(({ flow }) => flow === 'sign-in');
  return writeCostPage({
    flows: contracts.map((contract) => costOf(contract)),
    signInBySize: HASHING_SIZES_MIB.flatMap((memoryMiB) =>
      signIn.map((contract) => costOf(contract, { memoryMiB })).filter(isMeasured),
    ),
    mailFlow: contracts.find(({ mail }) => mail)?.flow ?? '',
    standing: standingParts(template, countSeries(METRICS)),
    prices,
    measuredAt: measurements.measuredAt,
  });
};
