import { csprng } from '../../shared/primitives/randomness.ts';
import { type MessageFile, openMessageFile } from './message-file.ts';
import type { StoredMessage } from './stored-message.ts';

/** How many messages are kept; older ones go. */
const MESSAGES_KEPT = 1_000;

/** When the file is written anew with only those that are kept: seldom enough to cost nothing. */
const FILE_LINES_MAX = 2_000;

/** The messages of one inbox. */
export interface MessageStore {
  /** At most {@link MESSAGES_KEPT}. */
  newestFirst(): readonly StoredMessage[];
  /** Another text after every change, and in every process. */
  revision(): string;
  /** Keeps messages, on disk before in memory; when it returns they are safe from a killed process. */
  append(messages: readonly StoredMessage[]): void;
  /** Forgets all messages, on disk too. */
  clear(): void;
  close(): void;
}

/** @param dataDirectory where the messages outlive the process, or `null` to keep them in memory only */
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
