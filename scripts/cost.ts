/** npm run cost: writes docs/cost.md from the synthesised template, the benchmark's figures, and the price list. */
import { writeCosts } from './cost/write-costs.ts';

await writeCosts();
console.log('docs/cost.md is written');
