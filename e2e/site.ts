// Owns the pages under test: a web server of its own, pages made from data, so that each test says what its page is.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface PageData {
  head?: string;
  body?: string;
  headers?: Record<string, string>;
  /** Leaves out the icon link, for pages whose policy forbids images. */
  isBare?: boolean;
}

export interface Site {
  /** Origin that the test key lists, `http://localhost:PORT`. */
  origin: string;
  /** The same server under a name that no key lists, `http://127.0.0.1:PORT`. */
  unlistedOrigin: string;
  /** Publishes a page and returns its path. */
  publish(page: PageData): string;
  close(): Promise<void>;
}

const PARAGRAPHS = Array.from(
  { length: 12 },
  (_, index) =>
    `<p>Paragraph ${index + 1}. A host page has text to read, so that a layout shift would be seen.</p>`,
).join("\n");

function html({ head = "", body = "", isBare = false }: PageData): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${isBare ? "" : '<link rel="icon" href="data:,">'}${head}</head>
<body><h1>Host page</h1>${PARAGRAPHS}${body}</body></html>`;
}

export async function startSite(): Promise<Site> {
  const pages = new Map<string, PageData>();
  const server = createServer((request, response) => {
    const page = pages.get(new URL(request.url ?? "/", "http://x").pathname);
    response.writeHead(page ? 200 : 404, { "content-type": "text/html; charset=utf-8", ...page?.headers });
    response.end(page ? html(page) : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    unlistedOrigin: `http://127.0.0.1:${port}`,
    publish: (page) => {
      const path = `/page-${pages.size + 1}`;
      pages.set(path, page);
      return path;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
