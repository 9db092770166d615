// Owns the look of the reference page. Knows its class names only.

export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1d22; --soft: #5c6270; --line: #e3e5ea; --sheet: #ffffff; --tint: #f6f7f9;
  --accent: #3b5bdb; --good: #2b7a3d; --bad: #b42318 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --soft: #9aa1ae; --line: #2c3038; --sheet: #14161a;
  --tint: #1c1f25; --accent: #91a7ff; --good: #69db7c; --bad: #ff8f85 } }
* { box-sizing: border-box }
html { scroll-padding-top: 16px }
body { margin: 0; background: var(--sheet); color: var(--ink); font: 15px/1.55 system-ui, sans-serif;
  display: grid; grid-template-columns: 280px minmax(0, 1fr) }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 24px 20px; border-right: 1px solid var(--line);
  background: var(--tint); font-size: 13.5px }
nav ul { list-style: none; margin: 0; padding: 0 }
nav > ul > li { margin-bottom: 14px }
nav > ul > li > a { font-weight: 600; color: var(--ink) }
nav ul ul { margin-top: 2px }
nav ul ul a { color: var(--soft) }
nav a { display: block; padding: 2px 0 }
main { max-width: 860px; padding: 32px 40px 96px }
a { color: var(--accent); text-decoration: none }
a:hover { text-decoration: underline }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 12px }
h2 { font-size: 22px; margin: 56px 0 8px; padding-bottom: 8px; border-bottom: 1px solid var(--line) }
h3 { font-size: 16px; margin: 0 0 4px; overflow-wrap: anywhere }
h4 { font-size: 13px; margin: 14px 0 4px; color: var(--soft); font-weight: 600 }
p { margin: 0 0 8px }
header p { color: var(--soft) }
article { padding: 20px 0; border-bottom: 1px solid var(--line) }
article:target h3 { color: var(--accent) }
code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
.method { display: inline-block; min-width: 62px; padding: 1px 8px; border-radius: 6px; text-align: center;
  font: 600 12px/20px ui-monospace, monospace; color: var(--accent); background: var(--tint);
  border: 1px solid var(--line) }
.method.delete { color: var(--bad) }
.method.post { color: var(--good) }
.soft { color: var(--soft); font-size: 13.5px }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 14px }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-top: 1px solid var(--line);
  font-weight: 400 }
th, th code, td code { white-space: nowrap }
td:last-child { min-width: 220px; overflow-wrap: anywhere }
thead th { border-top: 0; color: var(--soft); font-size: 12.5px }
td:last-child { color: var(--soft) }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 0 }
dd { margin: 0 }
dd ul { list-style: none; margin: 0; padding: 0; color: var(--soft) }
dt { font-weight: 600 }
.good { color: var(--good) }
.bad { color: var(--bad) }
@media (max-width: 820px) { body { display: block } nav { position: static; height: auto; border-right: 0;
  border-bottom: 1px solid var(--line) } nav ul ul { display: none } main { padding: 24px 20px 64px } }
@media print { nav { display: none } body { display: block } }
`;
