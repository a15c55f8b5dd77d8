/** Does things one after the other, says how long each took, and undoes what was begun. */
export interface Stages {
  /** Runs a stage and prints its line. @param work may answer what the line is to say besides */
  run<Result>(name: string, work: () => Promise<Result>, remark?: (result: Result) => string): Promise<Result>;
  /** To be undone at the end, the last first. */
  undo(action: () => Promise<void>): void;
  /** Undoes everything that is to be undone. May be called again, and while it runs. */
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
        if (!ending) line(name, sinceMs, 'failed'); // what is ended because everything is has not failed
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
