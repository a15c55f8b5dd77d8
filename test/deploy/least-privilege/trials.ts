import type { Grant } from './grants.ts';
import { openMappings } from './mappings.ts';
import type { Prepare, Probe } from './probe.ts';
import type { Surroundings } from './surroundings.ts';
import { untilDelivered } from './until-delivered.ts';
import { isUseOf, type Use } from './uses.ts';

/** The probes of a flow, run from the state that they were prepared in. */
export interface Trials {
  /** @returns whether a probe works */
  works(probe: Probe): Promise<boolean>;
  /**
   * Runs the probes until one fails. Those that were seen to use the grant come first, for the others hardly need it; but all
   * are run before it is said that none failed.
   *
   * @returns the failed probe; `null` for none
   */
  firstFailure(without?: Grant): Promise<Probe | null>;
}

/**
 * Prepares the probes of a flow, and keeps every row as it is then. Until undoAll no message is delivered, so that nothing but
 * a probe writes.
 */
export const openTrials = async (surroundings: Surroundings, prepare: Prepare): Promise<Trials> => {
  const { rows, emulator, undo } = surroundings;
  const waiting = await rows.intents();
  const probes = await prepare(surroundings);
  await untilDelivered(rows, waiting);

  const mappings = await openMappings(surroundings);
  undo(() => mappings.turn('on'));
  await mappings.turn('off');
  await rows.forgetCounters();
  for (const { arrange } of probes) await arrange?.(); // one by one: an intent is known by being the only new one
  await emulator.keepRows();
  undo(emulator.bringRowsBack);

  const uses = new Map<Probe, readonly Use[]>();
  const works = async (probe: Probe): Promise<boolean> => {
    await emulator.bringRowsBack();
    if (uses.has(probe)) return probe.works();
    await emulator.takeUses();
    const worked = await probe.works();
    if (worked) uses.set(probe, await emulator.takeUses());
    return worked;
  };
  return {
    works,
    firstFailure: async (without) => {
      const isLikely = (probe: Probe): boolean =>
        without !== undefined && (uses.get(probe) ?? []).some((use) => isUseOf(without, use));
      const inOrder = [...probes.filter(isLikely), ...probes.filter((probe) => !isLikely(probe))];
      for (const probe of inOrder) if (!(await works(probe))) return probe;
      return null;
    },
  };
};
