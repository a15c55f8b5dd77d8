/** npm run cost: writes docs/cost.md from the synthesised template, the benchmark's figures, and the price list. */
import { writeFile } from 'node:fs/promises';
import { synthesise } from '../test/support/synthesise.ts';
import { costPage } from './cost/cost-page.ts';
import type { CloudFormationTemplate } from './cost/read-template.ts';

const template = (await synthesise()).toJSON() as CloudFormationTemplate;
await writeFile(new URL('../docs/cost.md', import.meta.url), await costPage(template));
console.log('docs/cost.md is written');
