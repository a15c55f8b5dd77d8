import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmTools } from './tools.ts';
import type { Walk } from './walk.ts';

const RULESET = fileURLToPath(new URL('../../.spectral.yaml', import.meta.url));

interface Operation {
  responses?: Record<string, unknown>;
  requestBody?: { content: Record<string, object> };
}

/** The rules that a document breaks. @throws Error where spectral answers no list */
const brokenRules = (tools: string, file: string): string[] => {
  // Beside the packages that it extends: spectral looks for those from the ruleset's own folder.
  const ruleset = join(tools, '.spectral.yaml');
  copyFileSync(RULESET, ruleset);
  const args = ['lint', '--quiet', '--fail-severity=hint', '--format=json', `--ruleset=${ruleset}`, file];
  const { stdout, stderr } = spawnSync(join(tools, 'node_modules/.bin/spectral'), args, {
    encoding: 'utf8',
    cwd: tools,
  });
  try {
    return (JSON.parse(stdout) as { code: string }[]).map(({ code }) => code).toSorted();
  } catch {
    throw new Error(`spectral answered no list: ${stderr || stdout}`);
  }
};

interface Document {
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
}

/** As it is deployed: the service that runs here is reached by http. */
const deployed = (file: string): Document => {
  const { servers, ...others } = JSON.parse(readFileSync(file, 'utf8')) as Document;
  return { ...others, servers: servers.map((server) => ({ ...server, url: server.url.replace('http:', 'https:') })) };
};

/** With two faults: an operation that reads a token and has no 401, and an example that is none. */
const withFaults = (document: Document): Document => {
  const { paths, ...others } = structuredClone(document);
  delete paths['/two-factor']?.get?.responses?.['401'];
  const content = paths['/accounts']?.post?.requestBody?.content ?? {};
  Object.assign(content['application/json'] ?? {}, { examples: { wrong: { value: { email: 1 } } } });
  return { ...others, paths };
};

/**
 * Holds the document to spectral's rules and OWASP's, but for the exceptions in .spectral.yaml, and makes sure that they are applied.
 *
 * @throws Error that names the rules that are broken
 * @see https://owasp.org/API-Security/editions/2023/en/0x11-t10/
 */
export const lintWithSpectral = async ({ document: file, folder }: Walk): Promise<void> => {
  const tools = await npmTools();
  const document = deployed(file);
  const lint = (name: string, one: Document): string[] => {
    const written = join(folder, name);
    writeFileSync(written, JSON.stringify(one));
    return brokenRules(tools, written);
  };

  const broken = lint('deployed.json', document);
  if (broken.length > 0) throw new Error(`the document breaks ${broken.join(', ')}`);
  const found = lint('worse.json', withFaults(document)).join(', ');
  if (found !== 'oas3-valid-media-example, owasp:api8:2023-define-error-responses-401')
    throw new Error(`of two faults it found: ${found || 'none'}`);
};
