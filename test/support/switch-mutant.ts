import { outside } from './outside.ts';

/** What mutated code asks which mutant it is to be; Stryker puts it into the realm of each suite. */
interface Stryker {
  activeMutant?: string | undefined;
}

type Realm = typeof globalThis & { __stryker__?: Stryker };

const realm: Realm = globalThis;
realm.__stryker__ ??= {};
// Only the first suite of a process has the variable: prepare-suite.ts forgets it.
realm.__stryker__.activeMutant ??= process.env.__STRYKER_ACTIVE_MUTANT__;

/** Sources run in the realm of the process (run-outside.js), and so ask there. */
(outside as Realm).__stryker__ = realm.__stryker__;
