import type { Clock } from '../../shared/primitives/clock.ts';
import type { MessageStore } from './message-store.ts';
import type { MessageDraft } from './stored-message.ts';

/** Makes a function that stores what one request sends. Its first message has the id of the answer. */
export const makeKeepDrafts =
  ({ store, clock }: { store: Pick<MessageStore, 'append'>; clock: Clock }) =>
  (drafts: readonly MessageDraft[], messageId: string): void => {
    const sentAt = new Date(clock.nowMs()).toISOString();
    store.append(
      drafts.map((draft, index) => ({
        id: index === 0 ? messageId : `${messageId}-${index + 1}`,
        ...draft,
        sent_at: sentAt,
      })),
    );
  };
