import type { World } from './world.ts';

/** A world whose requests carry an Idempotency-Key while one is set. */
export interface KeyedWorld {
  world: World;
  /** @param key as the header says it; `null` for requests without one */
  useKey(key: string | null): void;
}

/** Makes requests of any catalogue carry a key. */
export const makeKeyedWorld = (world: World): KeyedWorld => {
  let used: string | null = null;
  return {
    world: {
      ...world,
      call: (flow, event) =>
        world.call(flow, used === null ? event : { ...event, headers: { ...event.headers, 'idempotency-key': used } }),
    },
    useKey: (key) => {
      used = key;
    },
  };
};

let keys = 0;

/** A key that is unique in the suite. */
export const newKey = (): string => {
  keys += 1;
  return `"8e03978e-40d5-43dd-bc93-6894a57f${String(keys).padStart(4, '0')}"`;
};
