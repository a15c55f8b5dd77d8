import { readFileSync } from 'node:fs';
import type { ComparedDocument } from './breaking-changes.ts';

/** The document of the last release. */
export const RELEASED_FILE = new URL('../../docs/openapi/released.json', import.meta.url);

/** Changes since that break clients, and why they are made all the same. */
export const ACCEPTED_FILE = new URL('../../docs/openapi/accepted-changes.json', import.meta.url);

/** Breaking changes with one cause. */
interface Accepted {
  because: string;
  /** As `breakingChanges` says them. */
  changes: readonly string[];
}

const readJson = (file: URL): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** @throws SyntaxError where the file is no JSON */
export const releasedDocument = (): ComparedDocument => readJson(RELEASED_FILE) as ComparedDocument;

/** @throws SyntaxError where the file is no JSON */
export const acceptedChanges = (): readonly Accepted[] => readJson(ACCEPTED_FILE) as Accepted[];
