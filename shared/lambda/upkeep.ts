/** What keeps a part of the process in order. Each of the two takes two seconds at most, and never throws. */
export interface Chore {
  /** Begins what is due; over at once unless the next request would be worse off without it. */
  before(): Promise<void>;
  /** Over when nothing that was begun goes on any more. */
  after(): Promise<void>;
}

/**
 * What is done around each call of a handler. Lambda freezes a process as soon as it has answered: what was begun beside a
 * request and not waited for stands still until the next one, and then finds its deadline long past.
 *
 * @see AWS Lambda developer guide, "Understanding the Lambda execution environment lifecycle", freeze and thaw
 */
export interface Upkeep extends Chore {
  /** Has a chore done around each call from now on. */
  add(chore: Chore): void;
}

/** Makes the upkeep of one process: all its chores at once, none after another. */
export const makeUpkeep = (): Upkeep => {
  const chores: Chore[] = [];
  return {
    add: (chore) => void chores.push(chore),
    before: async () => void (await Promise.all(chores.map((chore) => chore.before()))),
    after: async () => void (await Promise.all(chores.map((chore) => chore.after()))),
  };
};
