/** Batches of messages that wait as a burst begins, and who works on them. */
interface Burst {
  /** Batches that are worked on at the same time where there is room: shards × channels × parallel batches. */
  readers: number;
  batches: number;
  batchMs: number;
}

/** Calls that come one by one and are refused where there is no room. */
interface Calls {
  /** In ascending order. */
  arrivalsMs: readonly number[];
  holdMs: number;
}

/**
 * Plays the executions of an account that all of its functions share, event by event and without a clock. A reader that waits takes a place as soon as one
 * is free, before any call does: Lambda says nothing of an order, so the worst one for calls is played.
 *
 * @param executions how many run at the same time
 * @returns when the last batch was done, and for each kind of call how many found a place and how many did not
 */
export const playExecutions = (
  executions: number,
  { burst, calls }: { burst: Burst; calls: readonly Calls[] },
): { burstMs: number; calls: { served: number; refused: number }[] } => {
  const ends: number[] = []; // of what runs, in ascending order
  const batchEnds: number[] = [];
  let waiting = burst.batches;
  let burstMs = 0;

  const begin = (endMs: number, into: number[]): void => {
    const at = into.findIndex((one) => one > endMs);
    into.splice(at === -1 ? into.length : at, 0, endMs);
  };
  const beginBatches = (nowMs: number): void => {
    while (waiting > 0 && batchEnds.length < burst.readers && ends.length < executions) {
      waiting -= 1;
      burstMs = Math.max(burstMs, nowMs + burst.batchMs);
      begin(nowMs + burst.batchMs, ends);
      begin(nowMs + burst.batchMs, batchEnds);
    }
  };
  const passTo = (nowMs: number): void => {
    beginBatches(0);
    for (let [endMs] = ends; endMs !== undefined && endMs <= nowMs; [endMs] = ends) {
      ends.shift();
      if (batchEnds[0] === endMs) batchEnds.shift();
      beginBatches(endMs);
    }
  };

  const outcomes = calls.map(() => ({ served: 0, refused: 0 }));
  const arrivals = calls
    .flatMap(({ arrivalsMs, holdMs }, kind) => arrivalsMs.map((atMs) => ({ atMs, holdMs, kind })))
    .toSorted((a, b) => a.atMs - b.atMs);
  for (const { atMs, holdMs, kind } of arrivals) {
    passTo(atMs);
    const outcome = outcomes[kind];
    if (!outcome) continue;
    if (ends.length >= executions) outcome.refused += 1;
    else {
      outcome.served += 1;
      begin(atMs + holdMs, ends);
    }
  }
  passTo(Number.POSITIVE_INFINITY);
  return { burstMs, calls: outcomes };
};

/** @see Press et al., "Numerical Recipes", 2nd edition, §7.1: a quick generator, the same numbers on every machine */
const nextOf = (state: number): number => (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;

/** Arrivals of people, who know nothing of each other: a Poisson process, the same one for each seed. */
export const arrivalsOfPeople = ({
  perSecond,
  seconds,
  seed,
}: {
  perSecond: number;
  seconds: number;
  seed: number;
}): number[] => {
  const arrivals: number[] = [];
  let state = seed;
  for (let atMs = 0; ; ) {
    state = nextOf(state);
    atMs += (-Math.log((state + 1) / 2 ** 32) * 1000) / perSecond;
    if (atMs >= seconds * 1000) return arrivals;
    arrivals.push(atMs);
  }
};
