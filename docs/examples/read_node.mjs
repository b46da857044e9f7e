// Read all records of a node and their files, from the node itself, a mirror or a folder on any web server.
//
//     npm install tuf-js@5.0.1
//     node read_node.mjs https://erfahrungen.example/netz/tuf SHA256-OF-1.root.json FOLDER
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Metadata, MetadataKind } from '@tufjs/models';
import { Updater } from 'tuf-js';

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const PATH = new RegExp(`^(?:records/${ID}\\.json|files/${ID}/[0-9a-f]{64})$`);
const [address, confirmed, folder] = process.argv.slice(2);
const metadataDir = path.join(folder, 'verified');
const held = path.join(folder, 'held');
mkdirSync(metadataDir, { recursive: true });
if (!existsSync(path.join(metadataDir, 'root.json'))) {
  const root = Buffer.from(await (await fetch(`${address}/metadata/1.root.json`)).arrayBuffer());
  if (createHash('sha256').update(root).digest('hex') !== confirmed) {
    throw new Error('This is another node: its first root is not the one that was confirmed.');
  }
  writeFileSync(path.join(metadataDir, 'root.json'), root);
}
const updater = new Updater({ metadataDir, metadataBaseUrl: `${address}/metadata`, targetBaseUrl: `${address}/targets` });
await updater.refresh();

const verified = (role) =>
  Metadata.fromJSON(MetadataKind.Targets, JSON.parse(readFileSync(path.join(metadataDir, `${role}.json`), 'utf8'))).signed;
const parts = verified('targets').delegations.succinctRoles;
const missing = new Set(parts.getRoles());
const listed = {};
for (let number = 0; missing.size; number += 1) {
  const part = parts.getRoleForTarget(String(number));
  if (missing.delete(part)) {
    await updater.getTargetInfo(String(number)); // loads and verifies the part
    Object.assign(listed, verified(part).targets);
  }
}
for (const [name, target] of Object.entries(listed).sort(([a], [b]) => (a < b ? -1 : 1))) {
  if (!PATH.test(name)) continue; // other paths are none of ours
  const place = path.join(held, name);
  mkdirSync(path.dirname(place), { recursive: true });
  try {
    if (!(await updater.findCachedTarget(target, place))) await updater.downloadTarget(target, place);
  } catch (error) {
    if (error.statusCode === undefined) throw error;
    console.log(`not there (${error.statusCode}): ${name}`); // a mirror does not hold everything
    continue;
  }
  if (!name.startsWith('records/')) continue;
  const { content, status, sub, ver } = JSON.parse(readFileSync(place, 'utf8'));
  console.log(`${status} ${sub} ${ver} ${content.record.title ?? ''}`);
}
