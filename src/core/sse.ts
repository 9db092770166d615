// Owns reading server-sent events from bytes, cut anywhere. Knows no HTTP and no meaning of an event.
// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

/** A longer line, or longer data of one event, is dropped: memory stays bounded whatever a server sends. */
const MAX_LENGTH = 1_000_000;

export interface SseEvent {
  /** The id of this very event, null when it has none. */
  id: string | null;
  data: string;
}

/** Returns a function that takes the next bytes and calls `onEvent` for each event they complete. */
export function createSseParser(onEvent: (event: SseEvent) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let id: string | null = null;
  let data: string[] = [];
  let dataLength = 0;
  let line = "";
  let endedWithCr = false;

  const readField = (): void => {
    const [, name, value] = /^(\w+)(?:: ?([^]*))?$/.exec(line) ?? [];
    if (name === "data") {
      dataLength += (value ?? "").length;
      if (dataLength <= MAX_LENGTH) data.push(value ?? "");
    } else if (name === "id" && !value?.includes("\0")) {
      id = value ?? "";
    }
  };
  const endLine = (): void => {
    if (line !== "") {
      if (line.length <= MAX_LENGTH) readField();
    } else {
      if (data.length > 0 && dataLength <= MAX_LENGTH) onEvent({ id, data: data.join("\n") });
      id = null;
      data = [];
      dataLength = 0;
    }
    line = "";
  };

  return (chunk) => {
    const decoded = decoder.decode(chunk, { stream: true });
    // Half a character: what waits, such as a CR for its LF, goes on waiting.
    if (decoded === "") return;
    const text = endedWithCr && decoded.startsWith("\n") ? decoded.slice(1) : decoded;
    endedWithCr = decoded.endsWith("\r");
    const pieces = text.split(/\r\n|\n|\r/);
    pieces.forEach((piece, index) => {
      if (index > 0) endLine();
      // One character over the limit is enough to know that the line is too long.
      if (line.length <= MAX_LENGTH) line += piece.slice(0, MAX_LENGTH + 1);
    });
  };
}
