import type { Accounts } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { SecurityEventType } from '../../shared/account/security-events.ts';
import { seenFrom } from '../../shared/account/seen-from.ts';
import { HISTORY_WORDS } from '../../shared/contract/history-words.ts';
import { problem } from '../../shared/contract/problems.ts';
import { chooseLanguage, type Language } from '../../shared/primitives/language.ts';
import type { EventPages } from './event-pages.ts';
import type { HistoryCursors } from './history-cursors.ts';

export interface ListEventsDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  eventPages: EventPages;
  historyCursors: HistoryCursors;
  defaultLanguage: Language;
}

export interface ListEventsInput {
  principal: Principal;
  /** `undefined` for all. */
  kind?: readonly SecurityEventType[] | undefined;
  /** 1 or more. */
  limit: number;
  /** As it came; `undefined` for the first page. */
  cursor?: string | undefined;
  /** What the caller's device says, best first. */
  locales: readonly string[];
}

/** What is written has its words in each language, or this doesn't compile. */
const WORDS: Readonly<Record<Language, Readonly<Record<SecurityEventType, string>>>> = HISTORY_WORDS;

/**
 * Tells the caller what happened to the account. However long the history is, a page is one query of a bounded number of rows, also
 * where few of them are of the wanted kinds.
 *
 * @throws problem unauthenticated, invalid-request
 */
export const makeListEvents =
  ({ accounts, eventPages, historyCursors, defaultLanguage }: ListEventsDeps) =>
  async ({ principal, kind: kinds = [], limit, cursor, locales }: ListEventsInput) => {
    const { accountId } = principal;
    const after = cursor === undefined ? null : await historyCursors.read(accountId, cursor);
    if (cursor !== undefined && after === null) {
      throw problem('invalid-request', { errors: [{ field: 'cursor', code: 'outdated' }] });
    }
    const [account, page] = await Promise.all([
      accounts.findForSession(principal),
      eventPages.read({ accountId, kinds: kinds.length > 0 ? kinds : null, limit, after }),
    ]);
    if (!account) throw problem('unauthenticated');

    const language = chooseLanguage([...locales, account.claims.locale], defaultLanguage);
    return {
      events: page.events.map(({ type, occurredAt, sessionId, ...from }) => ({
        kind: type,
        text: WORDS[language][type],
        occurred_at: occurredAt.replace(/\.\d+Z$/, 'Z'), // whole seconds, as everywhere in the API
        ...seenFrom(from),
        ...(sessionId !== undefined && { session_id: sessionId }),
      })),
      ...(page.last !== null && { next_cursor: historyCursors.write(accountId, page.last) }),
    };
  };
