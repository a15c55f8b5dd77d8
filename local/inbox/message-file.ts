import {
  appendFileSync,
  closeSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type StoredMessage, storedMessage } from './stored-message.ts';

const FILE_NAME = 'inbox.jsonl';

/** Messages hold live tokens: nobody but their owner reads them. */
const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

const LINE_FEED = 0x0a;

/** Messages on disk, oldest first, one a line. */
export interface MessageFile {
  /** What the file held when it was opened. */
  readonly loaded: readonly StoredMessage[];
  /** Writes at the end; when it returns, a killed process loses nothing. Throws when the disk does not take all. */
  append(messages: readonly StoredMessage[]): void;
  /** Puts these in the place of all others; a kill in between leaves the one or the other. */
  replaceAll(messages: readonly StoredMessage[]): void;
  close(): void;
}

const linesOf = (messages: readonly StoredMessage[]): string =>
  messages.map((message) => `${JSON.stringify(message)}\n`).join('');

const parseLine = (line: string): StoredMessage[] => {
  try {
    return [storedMessage.parse(JSON.parse(line))];
  } catch {
    return []; // someone edited the file; the other messages are still good
  }
};

const openForAppending = (filePath: string): number => {
  const descriptor = openSync(filePath, 'a', OWNER_ONLY);
  fchmodSync(descriptor, OWNER_ONLY); // the file may be older than this rule
  return descriptor;
};

/**
 * Opens `inbox.jsonl`, or makes it.
 *
 * @param directory where it is; made when it is not there
 */
export const openMessageFile = (directory: string): MessageFile => {
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  const filePath = path.join(directory, FILE_NAME);
  let descriptor = openForAppending(filePath);

  // A last line without an end was being written when the process was killed, or an editor left its end out. What is
  // appended next must not become part of it; what it is shows when it is read, and nothing is cut off.
  const content = readFileSync(filePath);
  if (content.length > 0 && content.at(-1) !== LINE_FEED) appendFileSync(descriptor, '\n');

  return {
    loaded: content.toString('utf8').split('\n').flatMap(parseLine),
    append: (messages) => {
      const { size } = fstatSync(descriptor);
      try {
        appendFileSync(descriptor, linesOf(messages));
      } catch (error) {
        ftruncateSync(descriptor, size); // half a line would spoil the next one
        throw error;
      }
    },
    replaceAll: (messages) => {
      const replacement = `${filePath}.new`;
      writeFileSync(replacement, linesOf(messages), { mode: OWNER_ONLY });
      renameSync(replacement, filePath);
      closeSync(descriptor);
      descriptor = openForAppending(filePath);
    },
    close: () => closeSync(descriptor),
  };
};
