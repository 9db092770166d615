// Owns making load: a fixed number of connections, each asking again as soon as it was answered, for a while.
import { connect } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");

/** Length of the first whole answer in the bytes; 0 while it is not whole. */
function answerLength(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return 0;
  const head = bytes.toString("latin1", 0, headEnd);
  const length = /content-length: (\d+)/i.exec(head);
  if (length !== null) {
    const end = headEnd + 4 + Number(length[1]);
    return bytes.length >= end ? end : 0;
  }
  const last = bytes.indexOf("\r\n0\r\n\r\n", headEnd);
  return last < 0 ? 0 : last + 7;
}

/**
 * One request at a time on one connection. `ask` resolves to the whole answer as text, `open` as soon as it begins.
 * @param from the address to come from: any in 127.0.0.0/8.
 */
export function openConnection(port, from = "127.0.0.1") {
  const socket = connect({ port, host: "127.0.0.1", localAddress: from });
  socket.setNoDelay(true);
  let bytes = Buffer.alloc(0);
  let answered = () => {};
  let failed = () => {};
  let isOpened = false;
  socket.on("data", (chunk) => {
    if (isOpened) return answered();
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const length = answerLength(bytes);
    if (length === 0) return;
    const text = bytes.toString("utf8", 0, length);
    bytes = bytes.subarray(length);
    answered(text);
  });
  socket.on("error", (error) => failed(error));
  socket.on("close", () => failed(new Error("the connection was closed")));
  const ask = (request) =>
    new Promise((resolve, reject) => {
      answered = resolve;
      failed = reject;
      socket.write(request);
    });
  return {
    ask,
    open(request) {
      isOpened = true;
      return ask(request);
    },
    close: () => socket.destroy(),
  };
}

/** A POST with a JSON body as bytes on the wire. */
export function postRequest(path, body, headers = {}) {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    Host: "127.0.0.1",
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${text}`;
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** The 50th and 99th percentile of times in ms. */
export function percentiles(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50Ms: at(sorted, 0.5), p99Ms: at(sorted, 0.99) };
}

/**
 * @param turn asked over and over: gets a connection, its number and its count; throws for a wrong answer.
 * @returns requests per second, and the 50th and 99th percentile of their time in ms.
 */
export async function load({ port, connections, seconds, turn, from }) {
  const times = [];
  const endMs = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async (_, number) => {
      const connection = openConnection(port, from);
      for (let count = 0; performance.now() < endMs; count += 1) {
        const startMs = performance.now();
        await turn(connection, number, count);
        times.push(performance.now() - startMs);
      }
      connection.close();
    }),
  );
  return { perSecond: times.length / seconds, ...percentiles(times) };
}

/** The JSON of an answer with this status. */
export function jsonOf(answer, status = 200) {
  if (!answer.startsWith(`HTTP/1.1 ${status} `))
    throw new Error(`unexpected answer: ${answer.slice(0, 400)}`);
  const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
  return JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1));
}
