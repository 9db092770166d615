// Owns the console page as it is sent: the files of the folder beside it, under a policy that allows nothing else.
const files = import.meta.glob<string>("./page/*", { query: "?raw", import: "default", eager: true });

const PAGE = "console.html";
const TYPES: Record<string, string> = { html: "text/html", css: "text/css", js: "text/javascript" };

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A file of the page, or null. @default the page itself */
export function faultFile(name = PAGE): Response | null {
  const text = files[`./page/${name}`];
  if (text === undefined) return null;
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "text/plain";
  return new Response(text, {
    headers: {
      "Content-Type": `${type}; charset=utf-8`,
      "Cache-Control": "no-store",
      "Content-Security-Policy": POLICY,
      "Referrer-Policy": "no-referrer",
    },
  });
}
