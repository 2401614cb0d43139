// The stack under test: its addresses and accounts, from the environment or, when
// unset, from .dev/env; and what its sandbox can be asked for.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

export const env = { ...devEnv(), ...process.env };
for (const name of [
  'OMNICRM_URL',
  'OMNICRM_EMAIL',
  'OMNICRM_PASSWORD',
  'OMNICRM_API_KEY',
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

/** A sub-account that nobody has worked in yet, ready; answers its id. */
export async function freshSubAccount(name, displayName) {
  await askApi('POST', '/agency/sub-accounts', {
    name,
    display_name: displayName,
    owner_email: `owner@${name}.example`,
    country: 'US',
    currency: 'USD',
    timezone: 'America/New_York',
  });
  for (const patience = Date.now() + 300_000; Date.now() < patience; ) {
    const made = await askApi('GET', `/agency/sub-accounts/${name}`);
    if (made.state === 'ready') return made.id;
    await new Promise((again) => setTimeout(again, 500));
  }
  throw new Error(`${name} did not become ready`);
}

/** Asks the API with the stack's own key, which is the agency's owner's. */
async function askApi(method, path, body) {
  const answer = await fetch(`${env.OMNICRM_URL}/api/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${env.OMNICRM_API_KEY}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': crypto.randomUUID(),
    },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

/** The shell assignments of .dev/env. */
function devEnv() {
  const file = new URL('../../../.dev/env', import.meta.url);
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, 'utf8').matchAll(/^(?:export )?([A-Z_]+)='?(.*?)'?$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
}
