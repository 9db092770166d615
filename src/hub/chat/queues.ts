// Owns order where order matters: tasks of one name run one after the other, tasks of different names do not wait.

/** Runs a task when all earlier ones of this name have ended, however they ended. */
export type Exclusive = <T>(name: string, task: () => Promise<T>) => Promise<T>;

export function createQueues(): Exclusive {
  const last = new Map<string, Promise<unknown>>();
  return async (name, task) => {
    const before = last.get(name) ?? Promise.resolve();
    const turn = before.then(task, task);
    last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (last.get(name) === turn) last.delete(name);
    }
  };
}
