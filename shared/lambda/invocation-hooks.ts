/** Work around each call of a handler. Both take two seconds at most and never throw. */
interface InvocationHook {
  /** Starts work that is due; waits for it only where the request needs its result. */
  beforeInvoke(): Promise<void>;
  /** Waits for work that is still running. */
  afterInvoke(): Promise<void>;
}

/**
 * The hooks of one process. Lambda freezes a process as soon as it has answered: work that is still running then resumes with
 * the next request, after its timeout.
 *
 * @see AWS Lambda developer guide, "Understanding the Lambda execution environment lifecycle", freeze and thaw
 */
export interface InvocationHooks extends InvocationHook {
  /** Runs a hook around each call from now on. */
  add(hook: InvocationHook): void;
}

/** Makes the hooks of one process; they run in parallel. */
export const makeInvocationHooks = (): InvocationHooks => {
  const all: InvocationHook[] = [];
  return {
    add: (hook) => void all.push(hook),
    beforeInvoke: async () => void (await Promise.all(all.map((hook) => hook.beforeInvoke()))),
    afterInvoke: async () => void (await Promise.all(all.map((hook) => hook.afterInvoke()))),
  };
};
