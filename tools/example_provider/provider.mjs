// A real OpenID provider with three invented persons, for trying out a node on one's own machine and for its tests.
// It listens on the loopback address alone and ends when its standard input does, so it never outlives who started it.
//
//   node tools/example_provider/provider.mjs '{"port": 9000, "node": "http://127.0.0.1:8000"}'

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { Provider, errors } from "oidc-provider";

import * as pages from "./pages.mjs";

export const PERSONS = [
  {
    sub: "beispiel-beitragen",
    name: "Alex Beispiel",
    about: "trägt bei (Beispielstadt)",
    email: "alex@beispielstadt.example",
    organisation: "beispielstadt",
    roles: ["author"],
  },
  {
    sub: "beispiel-redaktion",
    name: "Robin Beispiel",
    about: "prüft und veröffentlicht (Beispielverbund)",
    email: "robin@beispielverbund.example",
    organisation: "beispielverbund",
    roles: ["author", "curator"],
  },
  {
    sub: "beispiel-betrieb",
    name: "Kim Beispiel",
    about: "verwaltet Personen und Rollen (Beispielverbund)",
    email: "kim@beispielverbund.example",
    organisation: "beispielverbund",
    roles: ["operator"],
  },
];

const CLAIMS = {
  openid: ["sub", "sid"],
  profile: ["name"],
  email: ["email", "email_verified"],
  roles: ["roles", "organisation"],
};

/** Return a fresh signing key as a private JWK. */
export function newKey(kid = randomBytes(8).toString("hex")) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
}

/**
 * Return the provider for one node. Options: port, node (its address), key (its place in the node's addresses),
 * clientId, secret (none: a public client), claimsInIdToken, keys (private JWKs), persons, adapter.
 */
export function makeProvider({
  port,
  node,
  key = "beispiel",
  clientId = "erfahrungsnetz",
  secret,
  claimsInIdToken = true,
  keys = [newKey()],
  persons = PERSONS,
  adapter,
}) {
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    adapter,
    clients: [
      {
        client_id: clientId,
        client_secret: secret,
        token_endpoint_auth_method: secret ? "client_secret_basic" : "none",
        redirect_uris: [`${node}/anmelden/${key}/antwort`],
        post_logout_redirect_uris: [`${node}/abgemeldet`],
        backchannel_logout_uri: `${node}/anmelden/${key}/abmeldung`,
        backchannel_logout_session_required: true,
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    jwks: { keys },
    cookies: { keys: [randomBytes(32).toString("hex")], names: { session: "beispiel_sitzung" } },
    claims: CLAIMS,
    scopes: ["openid", "profile", "email", "roles"],
    conformIdTokenClaims: !claimsInIdToken,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => send(ctx, pages.signOut(form)),
        postLogoutSuccessSource: (ctx) => send(ctx, pages.signedOut()),
      },
    },
    interactions: { url: (_ctx, interaction) => `/wahl/${interaction.uid}` },
    renderError: (ctx, out) => send(ctx, pages.failure(out.error)),
    findAccount: (_ctx, id) => account(persons, id),
    loadExistingGrant: (ctx) => grantAll(provider, ctx),
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 3600, Grant: 86400, Session: 86400 },
    // The library refuses loopback addresses; here the node to be told about a logout is on one by intent.
    fetch: (url, { dispatcher: _, ...options }) => globalThis.fetch(url, options),
  });
  provider.use((ctx, next) => choose(provider, persons, ctx, next));
  return provider;
}

function send(ctx, html) {
  ctx.type = "html";
  ctx.set("Cache-Control", "no-store");
  ctx.set("X-Frame-Options", "DENY");
  ctx.body = html;
}

function account(persons, id) {
  const person = persons.find((each) => each.sub === id);
  if (!person) return undefined;
  const { about: _, ...claims } = person;
  return { accountId: id, claims: () => ({ email_verified: true, ...claims }) };
}

// The node may know what its persons tell it; asking for consent each time would teach nothing.
async function grantAll(provider, ctx) {
  const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
  grant.addOIDCScope("openid profile email roles");
  await grant.save();
  return grant;
}

async function choose(provider, persons, ctx, next) {
  const found = /^\/wahl\/([\w-]+)$/.exec(ctx.path);
  if (!found) return next();
  try {
    if (ctx.method === "GET") {
      await provider.interactionDetails(ctx.req, ctx.res);
      return send(ctx, pages.choice(found[1], persons));
    }
    const accountId = new URLSearchParams(await body(ctx.req)).get("person");
    const result = persons.some((person) => person.sub === accountId)
      ? { login: { accountId } }
      : { error: "access_denied", error_description: "cancelled" };
    ctx.respond = false;
    return await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    ctx.respond = true;
    ctx.status = 400;
    return send(ctx, pages.failure("abgelaufen"));
  }
}

async function body(request) {
  let text = "";
  for await (const piece of request) {
    text += piece;
    if (text.length > 10_000) throw new Error("too long");
  }
  return text;
}

/** Serve a request handler on the loopback address until standard input ends; say so on standard output. */
export function serve(handler, port) {
  const server = createServer(handler);
  server.listen(port, "127.0.0.1", () => console.log("ready"));
  server.on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  });
  process.stdin.on("end", () => process.exit(0)).resume();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = JSON.parse(process.argv[2]);
  serve(makeProvider(options).callback(), options.port);
}
