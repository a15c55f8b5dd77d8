import { PALETTE, type Theme } from './palette.ts';

const colours = (theme: Theme): string =>
  Object.entries(theme)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ');

/** The only style sheet. It has no animation, so `prefers-reduced-motion` needs no rule. */
export const pageCss = `:root { color-scheme: light dark; ${colours(PALETTE.light)} }
@media (prefers-color-scheme: dark) { :root { ${colours(PALETTE.dark)} } }

*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }

html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto;
  max-width: 34rem;
  padding: 1.5rem 1rem 3rem;
  background: var(--page);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;
  overflow-wrap: anywhere;
}
p, h1, h2 { margin: 0; }

header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; justify-content: space-between; padding: 0 0.25rem 1rem; }
.product { font-weight: 600; color: var(--soft); }
nav { display: flex; align-items: baseline; gap: 1rem; font-size: 0.9375rem; color: var(--soft); }
nav span { font-weight: 600; }

main { padding: 1.75rem 1.25rem; border-radius: 0.75rem; background: var(--card); }
h1 { font-size: 1.5rem; line-height: 1.25; hyphens: auto; }
h2 { font-size: 1.0625rem; line-height: 1.4; }
.lead { margin-top: 0.75rem; }
section { margin-top: 1.5rem; }
section p { margin-top: 0.25rem; color: var(--soft); }
footer { padding: 1rem 0.25rem; font-size: 0.9375rem; }

a { color: var(--accent); text-underline-offset: 0.15em; }
nav a, footer a { display: inline-block; padding: 0.125rem 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.25rem; }

#status[data-kind] { margin-top: 1rem; padding: 0.875rem 1rem; border-left: 0.25rem solid; border-radius: 0.375rem; }
#status[data-kind='good'] { border-color: var(--good); background: var(--goodCard); }
#status[data-kind='bad'] { border-color: var(--bad); background: var(--badCard); }
#status:focus { outline: none; }
.notice-title { font-weight: 600; }
.notice-title:not(:empty) + .notice-text { margin-top: 0.25rem; }
#status[data-kind='bad'] + form .lead { display: none; }
[data-kind='bad'] .notice-title { color: var(--bad); }

.field { margin-top: 1.5rem; }
label { font-weight: 600; }
.hint { margin: 0.125rem 0 0.5rem; font-size: 0.9375rem; line-height: 1.45; color: var(--soft); }
label + input { margin-top: 0.5rem; }
input {
  display: block;
  width: 100%;
  min-height: 3rem;
  padding: 0.625rem 0.75rem;
  border: 1px solid var(--border);
  border-radius: 0.5rem;
  background: var(--field);
  color: inherit;
  font: inherit;
}
output {
  display: block;
  padding: 0.75rem;
  border: 1px solid var(--border);
  border-radius: 0.5rem;
  background: var(--field);
  font-size: 1.125rem;
  font-weight: 600;
  text-align: center;
  text-wrap: balance;
}
input:focus-visible { outline-offset: 0; border-radius: 0.5rem; }
input[aria-invalid='true'] { border: 2px solid var(--bad); }
#token, #code, #password[type='text'] { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace; }

button { font: inherit; cursor: pointer; }
button.main {
  width: 100%;
  min-height: 3rem;
  margin-top: 1.75rem;
  padding: 0.75rem 1.25rem;
  border: 2px solid transparent;
  border-radius: 0.5rem;
  background: var(--accent);
  color: var(--onAccent);
  font-weight: 600;
}
button.main:hover { text-decoration: underline; text-underline-offset: 0.2em; }
button.main:disabled { background: none; border-color: var(--border); color: var(--soft); text-decoration: none; cursor: default; }
button.quiet { margin-top: 0.5rem; padding: 0.25rem 0; border: 0; background: none; color: var(--accent); text-decoration: underline; text-underline-offset: 0.15em; font-size: 0.9375rem; }

@media (min-width: 30rem) {
  body { padding-top: 3.5rem; }
  main { padding: 2.25rem 2.25rem 2.5rem; }
}
@media (forced-colors: active) {
  main { border: 1px solid; }
}
`;
