import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROUNDS = 9;

const root = fileURLToPath(new URL('..', import.meta.url));

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Milliseconds from a fresh process's first line to a loaded module. */
const loadOnce = (file: string): number => {
  const script = `const t=performance.now();require(${JSON.stringify(file)});process.stdout.write(String(performance.now()-t));process.exit(0)`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { env: process.env, encoding: 'utf8' });
  const milliseconds = Number(stdout);
  if (!Number.isFinite(milliseconds) || stdout === '') throw new Error(`${file} does not load: ${stderr}`);
  return milliseconds;
};

/** @param outfile outside of dist/, which a build sweeps of what is not a flow's */
const buildBaseline = (outfile: string) =>
  build({
    stdin: {
      contents: `import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
        const client = new DynamoDBClient({});
        export const handler = (event) => client.send(new GetItemCommand(event));`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
  });

/** How long each bundle takes to load, beside a handler that loads nothing but the DynamoDB client. Turn by turn, so that the
 * machine's moods befall all alike. @param scratch a folder for what is built for it */
export const measureColdStarts = async (
  flows: readonly string[],
  scratch: string,
): Promise<{ baselineMs: number; loads: Map<string, number> }> => {
  const baseline = `${scratch}/baseline/index.js`;
  await buildBaseline(baseline);
  const files = new Map([['', baseline], ...flows.map((flow) => [flow, `${root}dist/${flow}/index.js`] as const)]);
  const samples = new Map([...files.keys()].map((flow) => [flow, [] as number[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [flow, file] of files) samples.get(flow)?.push(loadOnce(file));
  }
  const medians = new Map([...samples].map(([flow, values]) => [flow, median(values)]));
  const baselineMs = medians.get('') ?? 0;
  medians.delete('');
  return { baselineMs, loads: medians };
};
