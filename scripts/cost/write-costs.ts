import { readFile, writeFile } from 'node:fs/promises';
import { synthesise } from '../../test/support/synthesise.ts';
import { costPage, readMeasurements } from './cost-page.ts';
import type { CloudFormationTemplate } from './read-template.ts';

const PAGE = new URL('../../docs/cost.md', import.meta.url);

const currentPage = async (): Promise<string> =>
  costPage((await synthesise()).toJSON() as CloudFormationTemplate, await readMeasurements());

/** Writes docs/cost.md. */
export const writeCosts = async (): Promise<void> => writeFile(PAGE, await currentPage());

/** Whether docs/cost.md is what {@link writeCosts} would write. */
export const isCostPageCurrent = async (): Promise<boolean> => (await readFile(PAGE, 'utf8')) === (await currentPage());
