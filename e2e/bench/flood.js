// Owns one address that asks the same over and over, in a process of its own: `flood.js PORT REQUEST SECONDS`.
import { load } from "./load.js";

const [port, request, seconds] = process.argv.slice(2);
console.log(JSON.stringify({ ready: true }));
let refused = 0;
let admitted = 0;
const figures = await load({
  port: Number(port),
  connections: 64,
  seconds: Number(seconds),
  from: "127.0.0.66",
  turn: async (connection) => {
    const answer = await connection.ask(request);
    if (answer.startsWith("HTTP/1.1 200 ")) admitted += 1;
    else if (/^HTTP\/1\.1 429 .*\r\nretry-after: [1-9]/is.test(answer)) refused += 1;
    else throw new Error(`unexpected answer: ${answer.slice(0, 400)}`);
  },
});
console.log(JSON.stringify({ ...figures, refused, admitted }));
