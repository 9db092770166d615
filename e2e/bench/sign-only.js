// Owns the floor: a bare node:http server that signs the JWT of a guest session and does nothing else.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { SignJWT, generateKeyPair } from "jose";

const TTL_S = 300;
const ISSUER = "http://127.0.0.1:8787";
const { privateKey } = await generateKeyPair("ES256");

async function answer() {
  const nowS = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({
    sub: `guest:${randomUUID()}`,
    sid: randomUUID(),
    account: "demo",
    key_id: randomUUID(),
    agent_id: randomUUID(),
    origin: "http://localhost:5173",
    visitor_type: "guest",
  })
    .setProtectedHeader({
      alg: "ES256",
      typ: "session+jwt",
      kid: "0123456789012345678901234567890123456789012",
    })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setIssuedAt(nowS)
    .setNotBefore(nowS)
    .setExpirationTime(nowS + TTL_S)
    .setJti(randomUUID())
    .sign(privateKey);
  return JSON.stringify({ token, token_type: "Bearer", expires_in: TTL_S });
}

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    void answer().then((body) => {
      response.writeHead(200, {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
});
server.listen(0, "127.0.0.1", () =>
  console.log(JSON.stringify({ ready: true, port: server.address().port })),
);
