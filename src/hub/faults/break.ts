// Owns breaking a connection: on a socket where there is one, else as the rejection that `fetch` gives to its caller.
import type { Connection } from "../http/peer.ts";

/** What a caller in the same process gets instead of an answer, as a page gets from its own fetch. */
export class DroppedConnection extends TypeError {
  override name = "DroppedConnection";
  constructor() {
    super("The connection was dropped");
  }
}

/** The server gives a body's pieces to the socket a few turns after it has read them; those arrive before the break. */
const LEAVING_MS = 20;

/** Never resolves: with a socket it stays pending, because nobody is there any more. @throws DroppedConnection without one. */
export async function breakConnection(connection: Connection | undefined): Promise<never> {
  if (connection?.drop === undefined) throw new DroppedConnection();
  setTimeout(() => connection.drop?.(), LEAVING_MS);
  return new Promise<never>(() => {});
}
