/** Runs stages, prints how long each took, and undoes them at the end. */
export interface Stages {
  /** Runs a stage and prints its line. @param remark adds to the line */
  run<Result>(name: string, work: () => Promise<Result>, remark?: (result: Result) => string): Promise<Result>;
  /** Registers an action for the end; the last runs first. */
  undo(action: () => Promise<void>): void;
  /** Runs the registered actions. May be called again, and while it runs. */
  end(): Promise<void>;
}

const NAME_WIDTH = 24;

export const makeStages = (): Stages => {
  const actions: (() => Promise<void>)[] = [];
  const begunAtMs = performance.now();
  let ending: Promise<void> | null = null;

  const line = (name: string, sinceMs: number, remark: string): void => {
    const seconds = ((performance.now() - sinceMs) / 1000).toFixed(1);
    console.log(`${name.padEnd(NAME_WIDTH)} ${seconds.padStart(6)} s  ${remark}`.trimEnd());
  };
  const undoAll = async (): Promise<void> => {
    for (let action = actions.pop(); action; action = actions.pop()) await action();
    line('all', begunAtMs, '');
  };

  return {
    run: async (name, work, remark = () => '') => {
      const sinceMs = performance.now();
      try {
        const result = await work();
        line(name, sinceMs, remark(result));
        return result;
      } catch (error) {
        if (!ending) line(name, sinceMs, 'failed'); // a stage interrupted by the end has not failed
        throw error;
      }
    },
    undo: (action) => {
      actions.push(action);
    },
    end: () => {
      ending ??= undoAll();
      return ending;
    },
  };
};
