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

/** Messages hold live tokens. */
const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

const LINE_FEED = 0x0a;

/** Messages on disk, one a line, oldest first. */
export interface MessageFile {
  /** What the file held when it was opened. */
  readonly loaded: readonly StoredMessage[];
  /** Appends. After it returns, killing the process loses nothing. Throws when the disk does not take everything. */
  append(messages: readonly StoredMessage[]): void;
  /** Replaces all messages atomically: a kill leaves the old file or the new one. */
  replaceAll(messages: readonly StoredMessage[]): void;
  close(): void;
}

const linesOf = (messages: readonly StoredMessage[]): string =>
  messages.map((message) => `${JSON.stringify(message)}\n`).join('');

const parseLine = (line: string): StoredMessage[] => {
  try {
    return [storedMessage.parse(JSON.parse(line))];
  } catch {
    return []; // a line edited by hand; the other messages are still good
  }
};

const openForAppending = (filePath: string): number => {
  const descriptor = openSync(filePath, 'a', OWNER_ONLY);
  fchmodSync(descriptor, OWNER_ONLY); // the file may predate this mode
  return descriptor;
};

/**
 * Opens `inbox.jsonl`, or creates it.
 *
 * @param directory where it is; created when missing
 */
export const openMessageFile = (directory: string): MessageFile => {
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  const filePath = path.join(directory, FILE_NAME);
  let descriptor = openForAppending(filePath);

  // The last line may be incomplete, after a kill or an edit. A line feed keeps the next message out of it; nothing is
  // cut off, and reading shows whether the line is whole.
  const content = readFileSync(filePath);
  if (content.length > 0 && content.at(-1) !== LINE_FEED) appendFileSync(descriptor, '\n');

  return {
    loaded: content.toString('utf8').split('\n').flatMap(parseLine),
    append: (messages) => {
      const { size } = fstatSync(descriptor);
      try {
        appendFileSync(descriptor, linesOf(messages));
      } catch (error) {
        ftruncateSync(descriptor, size); // removes the half-written line
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
