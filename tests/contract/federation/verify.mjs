// Verifies a node from outside with the npm package jose and nothing of this project.
// Usage: node verify.mjs ADDRESS SUB…   Prints one JSON object; ends with an error when something does not hold.
import { createHash } from "node:crypto";
import { calculateJwkThumbprint, compactVerify, createLocalJWKSet, decodeJwt, importJWK, jwtVerify } from "jose";

const [address, ...subs] = process.argv.slice(2);
const fetched = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
};

const token = await fetched(`${address}/.well-known/openid-federation`);
const { payload: entity, protectedHeader } = await jwtVerify(token, createLocalJWKSet(decodeJwt(token).jwks), {
  issuer: address, subject: address, typ: "entity-statement+jwt", algorithms: ["Ed25519"],
});
const node = entity.metadata.knowledge_node;
for (const key of [...entity.jwks.keys, ...node.jwks.keys]) {
  if ((await calculateJwkThumbprint(key)) !== key.kid) throw new Error("kid is no thumbprint");
}

const END = ',"iat":';
const contentOf = (text) => text.slice('{"content":'.length, text.lastIndexOf(END));
const sha256 = (text) => "sha256:" + createHash("sha256").update(text, "utf8").digest("hex");

const seen = [];
for (const sub of subs) {
  const jws = await fetched(`${sub}.jws`);
  const { payload, protectedHeader: header } = await compactVerify(jws, createLocalJWKSet(node.jwks), {
    algorithms: ["Ed25519"],
  });
  const text = new TextDecoder().decode(payload);
  if (text !== (await fetched(`${sub}.json`))) throw new Error("payload differs");
  const said = JSON.parse(text);
  if (header.typ !== "enet-record+jwt" || said.sub !== sub) throw new Error("wrong statement");
  const digest = sha256(contentOf(text));
  if ((await fetched(`${address}/v/${digest.slice(7)}?sub=${encodeURIComponent(sub)}`)) !== jws) throw new Error("/v differs");
  // The same with one flipped bit must fail.
  const broken = jws.slice(0, -10) + (jws.at(-10) === "A" ? "B" : "A") + jws.slice(-9);
  let refused = false;
  try { await compactVerify(broken, await importJWK(node.jwks.keys[0], "Ed25519")); } catch { refused = true; }
  if (!refused) throw new Error("a broken statement was accepted");
  seen.push({ sub, ver: said.ver, status: said.status, digest });
}
seen.sort((a, b) => (a.sub < b.sub ? -1 : 1));
const lines = await fetched(`${address}/state.txt`);
if (sha256(lines) !== node.state.root) throw new Error("state.txt differs");
const root = sha256(seen.map((r) => `${r.sub} ${r.ver} ${r.digest}\n`).join(""));
console.log(JSON.stringify({ typ: protectedHeader.typ, state: node.state, root, endpoint: node.oai_pmh_endpoint, seen }));
