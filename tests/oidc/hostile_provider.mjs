// The example provider with a hand on its answers: a test says by POST /__test/mode how it is to misbehave.
//
//   claims {name: value or null to leave it out}, header {…}, key "other" | "none" | "hmac", idToken false,
//   userinfo {…}, discovery {…}, iss (in the answer; null leaves it out), hang "/path", drip "/path", huge "/path",
//   redirect "/path", fail "/path", deep "/path"

import { randomBytes } from "node:crypto";

import { SignJWT, decodeJwt, importJWK } from "jose";

import { makeProvider, newKey, serve } from "../../tools/example_provider/provider.mjs";

const options = JSON.parse(process.argv[2]);
const first = newKey("erster");
const other = newKey("erster");
const callback = makeProvider({ ...options, keys: [first] }).callback();
const state = { mode: {}, signing: first, published: [first], asked: {} };

const JSON_TYPE = { "content-type": "application/json" };
// As text: what would write it from a value gives up as well.
const DEEP = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;

const open = ({ kty, n, e, kid, alg, use }) => ({ kty, n, e, kid, alg, use });

const commands = {
  "/__test/mode": (given) => {
    state.mode = given;
    state.asked = {};
  },
  "/__test/rotate": ({ drop = false, publish = true }) => {
    state.signing = newKey(randomBytes(4).toString("hex"));
    const kept = drop ? [] : state.published;
    state.published = publish ? [state.signing, ...kept] : kept;
  },
  "/__test/publish": ({ kids }) => {
    state.published = state.published.filter((key) => kids.includes(key.kid));
  },
  "/__test/reset": () => Object.assign(state, { mode: {}, signing: first, published: [first], asked: {} }),
  "/__test/sign": (given) => sign(given.claims, { ...state.mode, ...given }),
  "/__test/asked": () => state.asked,
};

async function sign(claims, { header = {}, key }) {
  const head = { alg: "RS256", kid: state.signing.kid, ...header };
  if (key === "none") {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ ...head, alg: "none" })}.${part(claims)}.`;
  }
  if (key === "hmac") {
    // Confusion of algorithms: the public key, which everybody has, taken for a shared secret.
    const secret = new TextEncoder().encode(JSON.stringify(open(state.signing)));
    return new SignJWT(claims).setProtectedHeader({ ...head, alg: "HS256" }).sign(secret);
  }
  const crit = Object.fromEntries((head.crit ?? []).map((name) => [name, true]));
  return new SignJWT(claims)
    .setProtectedHeader(head)
    .sign(await importJWK(key === "other" ? other : state.signing), { crit });
}

function altered(claims) {
  const all = { ...claims, ...(state.mode.claims ?? {}) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

const answers = {
  "/.well-known/openid-configuration": async (json) => ({ ...json, ...(state.mode.discovery ?? {}) }),
  "/jwks": async () => ({ keys: state.published.map(open) }),
  "/me": async (json) => ({ ...json, ...(state.mode.userinfo ?? {}) }),
  "/token": async (json) => {
    if (!json.id_token) return json;
    if (state.mode.idToken === false) {
      const { id_token: _, ...rest } = json;
      return rest;
    }
    return { ...json, id_token: await sign(altered(decodeJwt(json.id_token)), state.mode) };
  },
};

serve(async (request, response) => {
  const path = request.url.split("?")[0];
  state.asked[path] = (state.asked[path] ?? 0) + 1;
  if (commands[path]) return answer(response, await commands[path](JSON.parse((await body(request)) || "{}")));
  if (state.mode.hang === path) return undefined;
  if (state.mode.drip === path) return drip(response);
  if (state.mode.fail === path) return response.writeHead(500).end("<h1>kaputt</h1>");
  if (state.mode.refuse && path === "/token") {
    return response.writeHead(401, JSON_TYPE).end(JSON.stringify({ error: state.mode.refuse }));
  }
  if (state.mode.redirect === path) return response.writeHead(302, { location: `${path}?again` }).end();
  if (state.mode.huge === path) return response.end(JSON.stringify({ filler: "x".repeat(2_000_000) }));
  if (state.mode.deep === path) return response.writeHead(200, JSON_TYPE).end(DEEP);
  if (answers[path]) rewriteBody(response, answers[path]);
  rewriteLocation(response);
  return callback(request, response);
}, options.port);

function answer(response, value) {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value ?? null));
}

function drip(response) {
  response.writeHead(200, JSON_TYPE);
  const timer = setInterval(() => response.write(" "), 200);
  response.on("close", () => clearInterval(timer));
}

function rewriteBody(response, change) {
  const end = response.end.bind(response);
  response.end = async (chunk) => {
    const text = chunk ? chunk.toString() : "";
    let changed = text;
    if (text.startsWith("{")) changed = JSON.stringify(await change(JSON.parse(text)));
    if (!response.headersSent) response.setHeader("content-length", Buffer.byteLength(changed));
    return end(changed);
  };
}

function rewriteLocation(response) {
  const writeHead = response.setHeader.bind(response);
  response.setHeader = (name, value) => {
    if (name.toLowerCase() !== "location" || !("iss" in state.mode) || !String(value).startsWith(options.node)) {
      return writeHead(name, value);
    }
    const address = new URL(value);
    address.searchParams.delete("iss");
    if (state.mode.iss) address.searchParams.set("iss", state.mode.iss);
    return writeHead(name, address.href);
  };
}

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}
