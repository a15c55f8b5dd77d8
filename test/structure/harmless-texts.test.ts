import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Patterns of real payloads against other software. Our checks use harmless texts of the same shape
 * (test/support/code-like-texts.ts). No pattern matches itself.
 */
const PAYLOADS: [string, RegExp][] = [
  ['a script that shows it has run', /\b(?:al[e]rt|pr[o]mpt|conf[i]rm)\s*\(\s*(?:['"`]|\d|document)/i],
  ['a picture that fails in order to run a script', /<im[g]\s+src=x\b/i],
  ['a file of accounts or hosts', /\be[t]c[\\/](?:passw[d]|shad[o]w|h[o]sts)\b/i],
  ['a query that drops or joins tables', /\bDR[O]P\s+TABLE\b|\bUNI[O]N\s+SELECT\b/i],
  ['a condition that is always true', /(['"])(\d)\1\s*=\s*\1\2|\b[O]R\s+1\s*=\s*1\b/i],
  ['an operator of a query that every value meets', /\$(?:n[e]|g[t]e?|wh[e]re)\b['"]?\s*:/],
  ['a sum for a template to work out', /\{\{\s*\d+\s*\*\s*\d+/],
  ['a lookup by a logger', /\$\{jnd[i]:/i],
  ['an entity that reads a file', /<!ENTIT[Y][^>]*\bSYSTEM\b/i],
  ['a function definition with a command behind it', /\(\)\s*\{\s*:;\s*\}\s*;/],
  ['a further recipient in a header', /[\\=]0?[AaNn]\s*B[c]c:/],
  ['a number on which a parser hung', /2\.2250738585072011e-30[8]/],
  ['a division that overflows', /-(?:2147483648|9223372036854775808)\s*\/\s*-1/],
  ['a command to a modem', /\+{3}\s*AT[HZ]/i],
  ['an offer of a file that chat clients and routers fell over', /\bDC[C]\s+(?:SE[N]D|CH[A]T)\b/i],
  ['an address that ended programs as it was typed', /\bFil[e]:\/\/\//],
  [
    'a sequence that moves, hides or commands in a terminal',
    /(?:\\u001[b]|\\x1[b]|\\033|\\[e]|(?![\t\r\n])\p{Cc})(?:\[(?:\??[\d;]*[A-JSTfhlnr]|8m)|\]\d|[P^_])/iu,
  ],
  ['a bell that rings on and on', /(?:\\u000[7]|\\x0[7]|\\[a]){3}/i],
  ['the address of a metadata service', /\b169\.254\.169\.25[4]\b/],
];

const FOLDERS = ['test', 'docs', 'bench', 'scripts', 'local', 'web', 'functions', 'shared', 'infra'];

const files = FOLDERS.flatMap(
  (folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => !name.includes('node_modules/')), // of bench/peers
).filter((name) => /\.(?:ts|js|mjs|json|md|xml|txt)$/.test(name) && statSync(join(root, name)).isFile());

describe('what the repository holds', () => {
  const contents = files.map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

  it.each(PAYLOADS)('is nowhere %s', (_, pattern) => {
    expect(files.length).toBeGreaterThan(500);
    expect(contents.filter(({ text }) => pattern.test(text)).map(({ name }) => name)).toEqual([]);
  });
});
