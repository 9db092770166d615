// Owns doing for many at once what many ask for at the same time. Knows no table.

interface Waiting<In, Out> {
  input: In;
  resolve(output: Out): void;
  reject(failure: unknown): void;
}

/** More than this is not put into one statement. */
const MAX_BATCH = 200;

/**
 * Turns a function of many inputs into one of a single input. A call that comes while a batch is on its way waits for
 * the next one, so what it is answered was never read before it asked. A batch that fails is tried again one by one:
 * nobody fails for the input of another.
 * @param run answers in the order of its inputs.
 */
export function createBatcher<In, Out>(
  run: (inputs: readonly In[]) => Promise<readonly Out[]>,
): (input: In) => Promise<Out> {
  let waiting: Waiting<In, Out>[] = [];
  let isRunning = false;

  const settle = async (batch: readonly Waiting<In, Out>[]): Promise<void> => {
    try {
      const outputs = await run(batch.map(({ input }) => input));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const output = outputs[index];
        if (output === undefined) reject(new TypeError("a batch was not answered whole"));
        else resolve(output);
      }
    } catch (failure) {
      const [first] = batch;
      if (batch.length === 1) first?.reject(failure);
      else for (const one of batch) await settle([one]);
    }
  };
  const work = async (): Promise<void> => {
    isRunning = true;
    // Whoever asks in the same turn of the event loop goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH);
      waiting = waiting.slice(MAX_BATCH);
      await settle(batch);
    }
    isRunning = false;
  };
  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!isRunning) void work();
    });
}
