import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, schemathesisTools } from './tools.ts';
import type { Walk } from './walk.ts';

/** Some 2,400 requests. */
const MAX_EXAMPLES = 30;

/**
 * Left out, since they ask for what the document doesn't promise: that each method it doesn't name is refused (CORS answers OPTIONS, and HEAD
 * works wherever GET needs no token), and that what its schemas allow is accepted (a password can be too common, a token used).
 */
const EXCLUDED = 'unsupported_method,positive_data_acceptance';

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

/** Says that the service's keys are never answered. */
const withFault = (file: string): Document => {
  const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
  const keys = document.paths['/.well-known/jwks.json']?.get;
  if (!keys) throw new Error('the document has no keys to plant a fault at');
  delete keys.responses['200'];
  return document;
};

/**
 * Sends requests that the document describes, and some that it forbids, and compares the answers with it.
 *
 * @throws Error where an answer is not the document's, or where a planted fault isn't found
 */
export const tryWithSchemathesis = async ({ folder, document, baseUrl }: Walk): Promise<void> => {
  const program = join(await schemathesisTools(), 'st');
  const answersAreThoseOf = (file: string, ...args: string[]): Promise<string> =>
    run(
      program,
      [
        'run',
        file,
        `--url=${baseUrl}`,
        '--phases=coverage,fuzzing,stateful',
        `--max-examples=${MAX_EXAMPLES}`,
        '--generation-deterministic',
        `--exclude-checks=${EXCLUDED}`,
        ...args,
      ],
      { cwd: folder },
    );
  await answersAreThoseOf(document);

  const faulty = join(folder, 'faulty.json');
  writeFileSync(faulty, JSON.stringify(withFault(document)));
  const found = await answersAreThoseOf(faulty, '--include-path=/.well-known/jwks.json').then(
    () => false,
    (error: unknown) => String(error).includes('Undocumented status code'),
  );
  if (!found) throw new Error("schemathesis didn't find the answer that a document with a fault doesn't name");
};
