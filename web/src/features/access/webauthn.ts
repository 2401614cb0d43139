/*
 * The browser's side of a passkey. The server speaks the JSON of WebAuthn Level 3 (PublicKeyCredential.toJSON and
 * parse…OptionsFromJSON), so nothing is encoded here.
 */

type Json = Parameters<typeof PublicKeyCredential.parseCreationOptionsFromJSON>[0];
type AskJson = Parameters<typeof PublicKeyCredential.parseRequestOptionsFromJSON>[0];

/** Nothing came of it: the person said no, took too long, or has no passkey here. */
export class PasskeyDeclined extends Error {}

/** Whether this browser can, at this address: passkeys need a secure origin. */
export function passkeysWork(): boolean {
  return (
    typeof PublicKeyCredential !== 'undefined' &&
    typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function'
  );
}

/** A new passkey, as the server takes it. `options` are what its challenge said. */
export function makeCredential(options: unknown): Promise<unknown> {
  const { publicKey } = options as { publicKey: Json };
  return answer(() =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) }),
  );
}

/** The answer of one of the person's passkeys. */
export function askCredential(options: unknown): Promise<unknown> {
  const { publicKey } = options as { publicKey: AskJson };
  return answer(() =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) }),
  );
}

async function answer(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await ask();
    if (credential) return (credential as PublicKeyCredential).toJSON();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'InvalidStateError')
      throw new PasskeyDeclined('This device has a passkey of yours already.');
    if (!(error instanceof DOMException)) throw error;
  }
  throw new PasskeyDeclined('No passkey was used. Try again, or take another way.');
}
