/**
 * npm run openapi: says what of the OpenAPI document breaks clients that were made from the last release's (docs/openapi/released.json).
 * With --release, at a release, it takes the place of that one.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openApiDocument } from '../functions/describe-service/openapi-document.ts';
import * as manifest from '../functions/manifest.ts';
import { breakingChanges, type ComparedDocument } from './openapi/breaking-changes.ts';
import { ACCEPTED_FILE, acceptedChanges, RELEASED_FILE, releasedDocument } from './openapi/released.ts';

const { values } = parseArgs({ options: { release: { type: 'boolean', default: false } } });

const now = openApiDocument({
  contracts: Object.values(manifest),
  productName: 'Keyturn',
  publicUrl: 'https://auth.example.com',
});

if (values.release) {
  writeFileSync(RELEASED_FILE, `${JSON.stringify(now, null, 2)}\n`);
  writeFileSync(ACCEPTED_FILE, '[]\n');
  console.log('docs/openapi is as this release has it');
} else {
  const changes = breakingChanges(releasedDocument(), now as unknown as ComparedDocument);
  const accepted = new Set(acceptedChanges().flatMap((one) => one.changes));
  for (const change of changes) console.log(`${accepted.has(change) ? 'accepted' : 'BREAKS'}: ${change}`);
  process.exitCode = changes.every((change) => accepted.has(change)) ? 0 : 1;
}
