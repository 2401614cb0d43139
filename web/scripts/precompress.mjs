// Writes .br and .gz twins beside every text that is worth it, so that the server never compresses.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const worth = /\.(js|css|svg|json)$|docs\/.*\.html$/;

let files = 0;
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = `${entry.parentPath ?? entry.path}/${entry.name}`;
  if (!entry.isFile() || !worth.test(path) || path.includes('/.vite/')) continue;
  const text = readFileSync(path);
  if (text.length < 1024) continue;
  const brotli = {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
  };
  writeFileSync(`${path}.br`, brotliCompressSync(text, brotli));
  writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
  files += 1;
}
console.log(`dist: ${files} files compressed ahead`);
