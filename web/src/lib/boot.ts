import type { Brand } from './api';

/** What the server wrote into the page: see index.html. */
export interface Boot {
  /** null: the host belongs to nobody. undefined: not templated (development), ask the API. */
  brand: Brand | null | undefined;
  nonce: string | undefined;
}

export const boot: Boot = read();

function read(): Boot {
  const text = document.getElementById('boot')?.textContent ?? '';
  try {
    const data = JSON.parse(text) as Partial<Boot>;
    return { brand: data.brand, nonce: data.nonce };
  } catch {
    return { brand: undefined, nonce: undefined };
  }
}
