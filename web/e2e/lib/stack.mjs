// The stack under test: its addresses and accounts, from the environment or, when
// unset, from .dev/env; and what its sandbox can be asked for.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

export const env = { ...devEnv(), ...process.env };
for (const name of [
  'OMNICRM_URL',
  'OMNICRM_EMAIL',
  'OMNICRM_PASSWORD',
  'OMNICRM_SUB_ACCOUNT',
  'OMNICRM_SANDBOX_URL',
])
  assert.ok(env[name], `${name} is not set: start the stack with "make dev" first`);

export const base = env.OMNICRM_AGENCY_URL ?? env.OMNICRM_URL;
export const account = env.OMNICRM_SUB_ACCOUNT;
/** Sets what this run makes apart from what earlier ones left: the stack may be used before and after. */
export const run = Date.now().toString(36);

/** A number of this run's own; each test file has an area code of its own. */
export function freshPhone(areaCode) {
  return `+1${areaCode}555${String(1000 + (Date.now() % 9000))}`;
}

/** Tells the carrier of the sandbox to behave in some way; answers what it says. */
export async function tellCarrier(method, path, body) {
  const answer = await fetch(`${env.OMNICRM_SANDBOX_URL}/sandbox/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} /sandbox/${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

/** The shell assignments of .dev/env. */
function devEnv() {
  const file = new URL('../../../.dev/env', import.meta.url);
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, 'utf8').matchAll(/^(?:export )?([A-Z_]+)='?(.*?)'?$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
}
