/** npm run examples: sends each flow's good request, and writes what is sent and answered as the examples of the OpenAPI document. */
import { writeFile } from 'node:fs/promises';
import { recordExamples } from './examples/record-examples.ts';

const FILE = new URL('../functions/describe-service/examples.json', import.meta.url);

await writeFile(FILE, `${JSON.stringify(await recordExamples(), null, 2)}\n`);
console.log('functions/describe-service/examples.json is written');
