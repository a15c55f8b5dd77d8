import { csprng } from '../../shared/primitives/randomness.ts';
import { type MessageFile, openMessageFile } from './message-file.ts';
import type { StoredMessage } from './stored-message.ts';

/** How many messages are kept; the oldest are dropped. */
const MESSAGES_KEPT = 1_000;

/** From this many lines on, the file is rewritten with only the kept messages. */
const FILE_LINES_MAX = 2_000;

/** The messages of one inbox. */
export interface MessageStore {
  /** At most {@link MESSAGES_KEPT}. */
  newestFirst(): readonly StoredMessage[];
  /** Changes with every change of the store, and differs between processes. */
  revision(): string;
  /** Stores messages on disk before memory, so that they survive a killed process. */
  append(messages: readonly StoredMessage[]): void;
  /** Deletes all messages, on disk too. */
  clear(): void;
  close(): void;
}

/** @param dataDirectory where messages are kept between starts, or `null` to keep them in memory only */
export const openMessageStore = (dataDirectory: string | null): MessageStore => {
  const file: MessageFile | null = dataDirectory === null ? null : openMessageFile(dataDirectory);
  const instance = csprng.uuid();
  let changes = 0;
  let messages: readonly StoredMessage[] = file?.loaded.slice(-MESSAGES_KEPT) ?? [];
  let fileLines = file?.loaded.length ?? 0;

  const compactWhenLong = () => {
    if (!file || fileLines <= FILE_LINES_MAX) return;
    file.replaceAll(messages);
    fileLines = messages.length;
  };
  compactWhenLong();

  return {
    newestFirst: () => messages.toReversed(),
    revision: () => `${instance}-${changes}`,
    append: (added) => {
      file?.append(added);
      messages = [...messages, ...added].slice(-MESSAGES_KEPT);
      fileLines += added.length;
      changes += 1;
      compactWhenLong();
    },
    clear: () => {
      file?.replaceAll([]);
      messages = [];
      fileLines = 0;
      changes += 1;
    },
    close: () => file?.close(),
  };
};
