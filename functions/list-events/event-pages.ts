import { eventRow, type SecurityEventType } from '../../shared/account/security-events.ts';
import type { Dynamo, Item } from '../../shared/aws/dynamo.ts';
import { isExpired, type RowOf } from '../../shared/aws/row.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

/** Rows that a page of some kinds alone reads at most, of which it may show none: strangers can cause failures by the thousand. */
const FILTERED_AT_MOST = 250;

/** Every entry's sort key begins with the first, and none is the second. */
const PREFIX = 'EVENT#';
const AFTER_ALL = 'EVENT$';

/** The rows before a page ends with another row, or the row that the page before ended with. */
const BEYOND = 2;

/** A page of the history. */
interface EventPage {
  events: RowOf<typeof eventRow>[];
  /** Names the last row that was looked at, without what all names have; `null` where there is nothing behind it. */
  last: string | null;
}

/** Reads pages of the history. */
export interface EventPages {
  /**
   * Reads a page, the newest entry first, in one query.
   *
   * @param page.kinds `null` for all
   * @param page.limit 1 or more
   * @param page.after the `last` of the page before; `null` for the first page
   * @throws StoreUnavailable
   */
  read(page: {
    accountId: string;
    kinds: readonly SecurityEventType[] | null;
    limit: number;
    after: string | null;
  }): Promise<EventPage>;
}

/** Opens the pages. */
export const makeEventPages = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): EventPages => {
  /** @returns `null` for an entry that has expired, and for one of a kind that this release doesn't know */
  const livingEntry = (item: Item) => {
    const entry = eventRow.safeParse(item).data;
    return entry && !isExpired(entry, clock.nowSeconds()) ? entry : null;
  };

  return {
    read: async ({ accountId, kinds, limit, after }) => {
      const { pk } = eventRow.key(accountId, '', '');
      const range = { from: PREFIX, to: after === null ? AFTER_ALL : PREFIX + after };
      const asked = (kinds === null ? limit : FILTERED_AT_MOST) + BEYOND;
      const read = await dynamo.queryNewest({ table: 'accounts', pk, range, limit: asked });
      // Its row is there still, or has been removed since.
      const items = read[0]?.sk === range.to ? read.slice(1) : read;

      const events: EventPage['events'] = [];
      let lookedAt = 0;
      for (const item of items) {
        if (events.length === limit) break;
        lookedAt += 1;
        const entry = livingEntry(item);
        if (entry && (kinds === null || kinds.includes(entry.type))) events.push(entry);
      }
      const isLast = lookedAt === items.length && read.length < asked;
      const last = items[lookedAt - 1];
      return { events, last: isLast || !last ? null : String(last.sk).slice(PREFIX.length) };
    },
  };
};
