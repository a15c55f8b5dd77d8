import { allOf } from '../http-load.ts';

/** Two values: `there` of the other commit, `here` of this tree. */
export interface Pair<T> {
  there: T;
  here: T;
}

export type Side = keyof Pair<unknown>;

/** Alternates which one goes first. */
export const inTurn = (turn: number): [Side, Side] => (turn % 2 === 0 ? ['there', 'here'] : ['here', 'there']);

/** Makes both concurrently. */
export const bothOf = async <From, To>(pair: Pair<From>, make: (of: From) => Promise<To>): Promise<Pair<To>> => {
  const [there, here] = await allOf([make(pair.there), make(pair.here)]);
  return { there, here } as Pair<To>;
};

/** Makes both, one after the other. */
export const oneByOne = async <From, To>(
  pair: Pair<From>,
  turn: number,
  make: (of: From) => Promise<To>,
): Promise<Pair<To>> => {
  const made: Partial<Pair<To>> = {};
  for (const side of inTurn(turn)) made[side] = await make(pair[side]);
  return made as Pair<To>;
};

/** Sums up several pairs, each side for itself. */
export const ofPairs = <From, To>(pairs: readonly Pair<From>[], of: (values: From[]) => To): Pair<To> => ({
  there: of(pairs.map(({ there }) => there)),
  here: of(pairs.map(({ here }) => here)),
});
