// Owns the commands on what was said already. They mean nothing before there is an engine: then nothing was said.
import type { EngineRoom } from "./engine-room.ts";
import type { Engine } from "./engine.ts";
import type { Widget } from "./handle.ts";

export function createBranchCommands(
  room: EngineRoom,
): Pick<Widget, "regenerate" | "edit" | "selectBranch" | "rate"> {
  const tell = (command: (engine: Engine) => boolean): boolean => {
    let isDone = false;
    room.use((engine) => {
      isDone = command(engine);
    });
    return isDone;
  };
  return {
    regenerate: (id) => tell(({ branching }) => branching.regenerate(id)),
    edit: (id, text) => tell(({ branching }) => branching.edit(id, text)),
    selectBranch: (id) => room.use(({ branching }) => branching.selectBranch(id)),
    rate: (id, rating, comment) => room.use(({ branching }) => branching.rate(id, rating, comment)),
  };
}
