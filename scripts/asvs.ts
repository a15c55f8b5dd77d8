/** npm run asvs: writes docs/asvs.md from the requirements, the statements about them, and the tags in the tests. */
import { writeFile } from 'node:fs/promises';
import { asvsPage, ownSources } from './asvs/asvs-page.ts';

await writeFile(new URL('../docs/asvs.md', import.meta.url), asvsPage(ownSources()));
console.log('docs/asvs.md is written');
