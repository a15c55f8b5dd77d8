import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { FOR_LAMBDA } from '../scripts/bundle-functions.ts';
import { CORES, onCores } from './cores.ts';
import type { BundledFunction } from './protocol.ts';
import { CREDENTIALS } from './stage.ts';
import { medianOf } from './statistics.ts';

const ROUNDS = 9;

const root = fileURLToPath(new URL('..', import.meta.url));

/** Time to load a bundle, in milliseconds. */
export interface Loading {
  /** Wall-clock time. */
  elapsedMs: number;
  /** CPU time of the process, which other processes disturb less. */
  cpuMs: number;
}

/** Loads a bundle in a fresh process, on the measured core. @param node the Node that runs it */
export const loadOnce = (node: string, { name, file, environment }: BundledFunction): Loading => {
  const script = `const t=performance.now(),c=process.cpuUsage();require(${JSON.stringify(file)});const elapsedMs=performance.now()-t,{user,system}=process.cpuUsage(c);process.stdout.write(JSON.stringify({elapsedMs,cpuMs:(user+system)/1000}));process.exit(0)`;
  const [command, ...args] = onCores(CORES.measured, [node, '-e', script]);
  const { PATH = '' } = process.env;
  const env = { PATH, ...CREDENTIALS, ...environment };
  const { stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  if (stdout === '') throw new Error(`${name} does not load: ${stderr}`);
  return JSON.parse(stdout) as Loading;
};

/** @param outfile outside of dist/, where a build removes everything that belongs to no flow */
const buildBaseline = (outfile: string) =>
  build({
    stdin: {
      contents: `import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
        const client = new DynamoDBClient({});
        export const handler = (event) => client.send(new GetItemCommand(event));`,
      resolveDir: root,
    },
    outfile,
    ...FOR_LAMBDA,
  });

/**
 * Measures how long each bundle takes to load, next to a handler that loads nothing but the DynamoDB client. They take
 * turns, so that changes of the machine's speed affect all alike.
 * @param scratch a folder for what is built for it
 */
export const measureColdStarts = async (
  functions: readonly BundledFunction[],
  scratch: string,
): Promise<{ baselineMs: number; loads: Map<string, number> }> => {
  const baseline = { name: 'baseline', file: `${scratch}/baseline/index.js`, environment: {} };
  await buildBaseline(baseline.file);
  const samples = new Map([baseline, ...functions].map((one) => [one, [] as number[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [one, values] of samples) values.push(loadOnce(process.execPath, one).elapsedMs);
  }
  const loads = new Map(functions.map((one) => [one.name, medianOf(samples.get(one) ?? [])]));
  return { baselineMs: medianOf(samples.get(baseline) ?? []), loads };
};
