// The built app behind the server's own CSP, over the fake API, on a port of its
// own: what the scripts that look at screens and measure them open.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { runnerImport } from 'vite';

const root = new URL('../', import.meta.url).pathname;
const alias = { resolve: { alias: { '@': `${root}src` } }, configFile: false, root };
export const { FakeApi, account } = (await runnerImport(`${root}src/testing/fake-api.ts`, alias)).module;

const kinds = {
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  html: 'text/html',
  png: 'image/png',
};
/** Serves until `close`; `use(api)` puts another fake API behind it. */
export async function serve() {
  let api = new FakeApi();
  const server = createServer(async (req, res) => {
    if (req.url.startsWith('/api/v1')) {
      const body = [];
      for await (const chunk of req) body.push(chunk);
      const answer = await api.handle(
        new Request(`http://${req.headers.host}${req.url}`, {
          method: req.method,
          headers: req.headers,
          body: body.length ? Buffer.concat(body) : undefined,
        }),
      );
      res.writeHead(answer.status, Object.fromEntries(answer.headers));
      return answer.body
        ? Readable.fromWeb(answer.body)
            .on('error', () => {})
            .pipe(res)
        : res.end();
    }
    const path = req.url.split('?')[0];
    const extension = path.split('.').at(-1);
    try {
      if (!kinds[extension]) throw new Error('a page');
      const zipped = req.headers['accept-encoding']?.includes('br') && existsSync(`${root}dist${path}.br`);
      const file = readFileSync(`${root}dist${path}${zipped ? '.br' : ''}`);
      res.writeHead(200, {
        'content-type': kinds[extension],
        'cache-control': 'public, max-age=31536000, immutable',
        ...(zipped && { 'content-encoding': 'br' }),
      });
      res.end(file);
    } catch {
      const nonce = 'bG9vaw';
      const brand = await (await api.handle(new Request('http://x/api/v1/brand'))).json();
      const page = readFileSync(`${root}dist/index.html`, 'utf8')
        .replaceAll('__NONCE__', nonce)
        .replaceAll('__TITLE__', 'Acme Growth')
        .replaceAll('__BOOT__', JSON.stringify({ brand: brand.colors ? brand : null, nonce }))
        .replaceAll('__THEME_CSS__', '')
        .replaceAll('__PRELOADS__', preloadsOf(path, api.signedIn));
      res.writeHead(200, {
        'content-type': 'text/html',
        'content-security-policy': `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
      });
      res.end(page);
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    use: (next) => {
      api = next;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As apiserver/preload.go does it. */
function preloadsOf(path, signedIn) {
  const rows = JSON.parse(readFileSync(`${root}dist/preloads.json`, 'utf8'));
  for (const { path: pattern, scripts, data, open } of rows) {
    const fits = new RegExp(
      `^${pattern.replaceAll(/\/\*\*|\*/g, (star) => (star === '*' ? '([A-Za-z0-9_-]+)' : '(?:/.*)?'))}$`,
    ).exec(path);
    if (!fits) continue;
    const reads = [...open, ...(signedIn ? data : [])].map((read) =>
      fits.slice(1).reduce((made, part) => made.replace('*', part), read),
    );
    return [
      ...reads.map(
        (href) => `<link rel="preload" as="fetch" crossorigin href="${href.replaceAll('&', '&amp;')}">`,
      ),
      ...scripts.map((href) => `<link rel="modulepreload" crossorigin href="${href}">`),
    ].join('');
  }
  return '';
}

/** Debian's Chromium, quiet and without a sandbox, which root cannot have. */
export const browserOptions = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
};
