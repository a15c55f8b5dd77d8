import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenApi, readOpenApi } from '../../support/openapi.ts';

const REDOCLY = fileURLToPath(new URL('../../../node_modules/.bin/redocly', import.meta.url));

const ENVIRONMENT = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' };

/** What a linter prints on the standard output, whether it found anything or not. */
const printedBy = async (tool: string, args: readonly string[], cwd: string): Promise<string> => {
  const run = promisify(execFile)(process.execPath, [tool, ...args], { cwd, env: ENVIRONMENT });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stdout;
};

describe('the linters of the OpenAPI document', () => {
  let folder: string;
  let document: OpenApi;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn-openapi-'));
    ({ document } = await readOpenApi());
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const written = (name: string, what: object): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(what));
    return file;
  };

  const redocly = async (file: string): Promise<string[]> => {
    const printed = await printedBy(REDOCLY, ['lint', '--format=json', '--extends=recommended', file], folder);
    const { problems } = JSON.parse(printed.slice(printed.indexOf('{'))) as { problems: { ruleId: string }[] };
    return problems.map(({ ruleId }) => ruleId);
  };

  it("find nothing by redocly's recommended rules", async () => {
    expect(await redocly(written('document.json', document))).toEqual([]);
  });

  it('find what is wrong: an example that is none', async () => {
    const worse = structuredClone(document);
    Object.assign(worse.paths['/accounts']?.post?.requestBody?.content['application/json'] ?? {}, {
      examples: { wrong: { value: { email: 1 } } },
    });
    const file = written('worse.json', worse);

    expect(await redocly(file)).toEqual(['no-invalid-media-type-examples']);
  });
});
