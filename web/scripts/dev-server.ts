import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Connect, Plugin } from 'vite';

/** Fills index.html's tokens in development; a built page is filled by the server. */
export function devTemplate(): Plugin {
  return {
    name: 'omnicrm-dev-template',
    apply: 'serve',
    transformIndexHtml: {
      order: 'post',
      handler: (html) =>
        html
          .replaceAll('__NONCE__', randomBytes(12).toString('base64'))
          .replaceAll('__TITLE__', 'OmniCRM')
          .replaceAll('__BOOT__', '{}')
          .replaceAll('__PRELOADS__', '')
          .replaceAll('__THEME_CSS__', ''),
    },
  };
}

/** Leaves out index.html's comments: they speak to whoever serves it, and hold its tokens. */
export function dropComments(): Plugin {
  return {
    name: 'omnicrm-drop-comments',
    transformIndexHtml: { order: 'pre', handler: (html) => html.replace(/<!--[\s\S]*?-->\s*/g, '') },
  };
}

/**
 * Puts what the page asks for in the order of its worth: the styles, without which nothing is painted, the entry's
 * halves, which are the longest to come, and what the asked-for page needs first, whose place the token holds.
 */
export function preloadToken(): Plugin {
  return {
    name: 'omnicrm-preloads',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => {
        const take = (what: RegExp) => {
          const found = html.match(what) ?? [];
          html = html.replace(what, '');
          return found.map((tag) => tag.trim());
        };
        const styles = take(/<link rel="stylesheet"[^>]*>\s*/g);
        const longest = (tag: string) => ['/entry-', '/react-'].findIndex((name) => tag.includes(name));
        const code = take(/<script type="module"[^>]*><\/script>\s*/g).sort(
          (a, b) => longest(b) - longest(a),
        );
        return html.replace('</title>', () => `</title>${[...styles, ...code].join('')}__PRELOADS__`);
      },
    },
  };
}

/** Gives the brand's tokens their place, behind the stylesheet whose defaults they override. No minifier would take them as CSS. */
export function brandStyle(): Plugin {
  const style = '<style nonce="__NONCE__">__THEME_CSS__</style>';
  return {
    name: 'omnicrm-brand-style',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => html.replace('</head>', () => `${style}</head>`),
    },
  };
}

/** Answers /api from src/testing/fake-api.ts instead of a server; OMNICRM_FAKE=signed-out begins at the sign-in. */
export function fakeApi(): Plugin {
  return {
    name: 'omnicrm-fake-api',
    apply: 'serve',
    configureServer(server) {
      const loaded = server
        .ssrLoadModule('/src/testing/fake-api.ts')
        .then(({ FakeApi }) => new FakeApi({ signedIn: process.env.OMNICRM_FAKE !== 'signed-out' }));
      server.middlewares.use(async (req, res, next) => {
        if (!req.url?.startsWith('/api/')) return next();
        const answer: Response = await (await loaded).handle(await toRequest(req));
        res.writeHead(answer.status, Object.fromEntries(answer.headers));
        if (answer.body) Readable.fromWeb(answer.body as never).pipe(res);
        else res.end();
      });
    },
  };
}

async function toRequest(req: Connect.IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
  return new Request(`http://${req.headers.host}${req.url}`, {
    method: req.method,
    headers: Object.entries(req.headers).map(([name, value]) => [name, String(value)] as [string, string]),
    body,
  });
}
