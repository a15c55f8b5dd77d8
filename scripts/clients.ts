/**
 * npm run test:clients: lints the OpenAPI document, tries whether the service keeps it, generates clients of it, with the generators that apps use and none of their options,
 * and walks with each through a service that runs: sign-up, recovery, reset, sign-in, second factor, profile, SMS.
 */
import { parseArgs } from 'node:util';
import { GO, walkWithOapiCodegen } from './clients/go-client.ts';
import { walkWithKotlin } from './clients/kotlin-client.ts';
import { walkWithOpenApiGeneratorPython, walkWithOpenApiPythonClient } from './clients/python-clients.ts';
import { replayDart, replaySwift } from './clients/replay.ts';
import { tryWithSchemathesis } from './clients/schemathesis.ts';
import { lintWithSpectral } from './clients/spectral.ts';
import { has } from './clients/tools.ts';
import { walkWithHeyApi, walkWithOpenApiFetch, walkWithTypescriptFetch } from './clients/typescript-clients.ts';
import { type Walk, walkThrough } from './clients/walk.ts';
import { runChecks } from './verify/run-checks.ts';

const USAGE = `npm run test:clients -- [--only kotlin]

Java with Maven, Python and Go are used where they are; what is left out for want of them is said. Tools and generated clients are in the
system's folder of temporary files.`;

/** What a client needs beside Node, and why it is left out without it; `null` where it is there. */
const JAVA = has('java', ['-version']) && has('mvn') ? null : 'there is no Java with Maven';
const PYTHON = has('python3') ? null : 'there is no python3';
const NO_GO = GO ? null : 'there is no Go';

interface Client {
  name: string;
  lacks: string | null;
  walk(walk: Walk): Promise<void>;
}

const CLIENTS: readonly Client[] = [
  { name: "spectral's rules and OWASP's", lacks: null, walk: lintWithSpectral },
  { name: 'schemathesis', lacks: PYTHON, walk: tryWithSchemathesis },
  { name: '@hey-api/openapi-ts', lacks: null, walk: walkWithHeyApi },
  { name: 'openapi-typescript with openapi-fetch', lacks: null, walk: walkWithOpenApiFetch },
  { name: 'openapi-generator typescript-fetch', lacks: JAVA, walk: walkWithTypescriptFetch },
  { name: 'openapi-generator python', lacks: JAVA ?? PYTHON, walk: walkWithOpenApiGeneratorPython },
  { name: 'openapi-python-client', lacks: PYTHON, walk: walkWithOpenApiPythonClient },
  { name: 'openapi-generator kotlin', lacks: JAVA, walk: walkWithKotlin },
  { name: 'openapi-generator dart, its JSON replayed from the sources', lacks: JAVA, walk: replayDart },
  { name: 'openapi-generator swift6, its JSON replayed from the sources', lacks: JAVA, walk: replaySwift },
  { name: 'oapi-codegen', lacks: NO_GO, walk: walkWithOapiCodegen },
];

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } },
});
const wanted = CLIENTS.filter(({ name }) => name.includes(values.only));
if (values.help || wanted.length === 0) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const holds = await runChecks(
  wanted
    .filter(({ lacks }) => lacks === null)
    .map(({ name, walk }) => ({
      name,
      run: async () => {
        await walkThrough(name.replaceAll(/[^a-z]+/g, '-'), walk);
        return null;
      },
    })),
  { say: (line) => console.log(line), nowMs: () => performance.now() },
);
for (const { name, lacks } of wanted) if (lacks !== null) console.log(`${name} was left out: ${lacks}`);
process.exitCode = holds ? 0 : 1;
