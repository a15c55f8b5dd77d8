import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cacheDirectory, installModules, makeRunDirectory, npmCi } from '../../bench/against/install-modules.ts';

const directory = mkdtempSync(join(tmpdir(), 'keyturn-modules-'));
let cache = '';
let installs: string[] = [];

beforeEach(() => {
  cache = mkdtempSync(join(directory, 'cache-'));
  installs = [];
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A checkout in the cache. @param lock the text of its lock file */
const checkoutOf = (lock: string): string => {
  const checkout = join(makeRunDirectory(cache), 'checkout');
  mkdirSync(checkout);
  writeFileSync(join(checkout, 'package-lock.json'), lock);
  return checkout;
};

const install = async (checkout: string): Promise<void> => {
  installs.push(checkout);
  mkdirSync(join(checkout, 'node_modules'));
  writeFileSync(join(checkout, 'node_modules/of'), readFileSync(join(checkout, 'package-lock.json')));
};

const run = (checkout: string) => installModules({ cache, checkout, install });

describe('the libraries of the other commit', () => {
  it('are installed once for a lock file, and lie in the checkout as in any', async () => {
    const keep = await run(checkoutOf('one'));
    keep();
    const again = checkoutOf('one');

    await run(again);

    expect(installs).toHaveLength(1);
    expect(readFileSync(join(again, 'node_modules/of'), 'utf8')).toBe('one');
  });

  it('are those of its own lock file', async () => {
    (await run(checkoutOf('one')))();
    const other = checkoutOf('two');

    await run(other);

    expect(readFileSync(join(other, 'node_modules/of'), 'utf8')).toBe('two');
  });

  it('are never shared by two runs at once, of which the first to end leaves its own', async () => {
    const [first, second] = [checkoutOf('one'), checkoutOf('one')];

    const keeps = [await run(first), await run(second)];
    for (const keep of keeps) keep();

    expect(installs).toEqual([first, second]);
    expect(existsSync(join(second, 'node_modules'))).toBe(true);
  });

  it('are not kept where the installation broke off', async () => {
    const checkout = checkoutOf('one');
    const broken = installModules({
      cache,
      checkout,
      install: async () => {
        mkdirSync(join(checkout, 'node_modules'));
        throw new Error('no network');
      },
    });

    await expect(broken).rejects.toThrow('no network');

    expect(readdirSync(cache).filter((name) => name.startsWith('modules-'))).toEqual([]);
  });

  it('are kept of the three lock files that were used last', async () => {
    for (const [index, lock] of ['one', 'two', 'three'].entries()) {
      (await run(checkoutOf(lock)))();
      for (const name of readdirSync(cache).filter((entry) => entry.startsWith('modules-'))) {
        const of = readFileSync(join(cache, name, 'of'), 'utf8');
        if (of === lock) utimesSync(join(cache, name), 1000 + index, 1000 + index);
      }
    }

    (await run(checkoutOf('four')))();

    const kept = readdirSync(cache).filter((name) => name.startsWith('modules-'));
    expect(kept.map((name) => readFileSync(join(cache, name, 'of'), 'utf8')).toSorted()).toEqual([
      'four',
      'three',
      'two',
    ]);
  });

  it('need a lock file', async () => {
    const checkout = checkoutOf('');
    rmSync(join(checkout, 'package-lock.json'));

    await expect(run(checkout)).rejects.toThrow('The other commit has no package-lock.json to install from.');
  });
});

describe('the directory of a run', () => {
  it('is removed by a later run where its own was killed, and left where it goes on', () => {
    const own = makeRunDirectory(cache);
    const dead = join(cache, 'run-2147483646-abcdef'); // above Linux's highest process id
    mkdirSync(dead);

    makeRunDirectory(cache);

    expect([existsSync(own), existsSync(dead)]).toEqual([true, false]);
  });

  it("lies in the user's own cache", () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/somewhere' })).toBe('/somewhere/keyturn-bench');
    expect(cacheDirectory({})).toBe(join(homedir(), '.cache/keyturn-bench'));
  });
});

describe('npm ci', () => {
  const PACKAGE = { name: 'other', version: '1.0.0', dependencies: { part: 'file:part' } };
  const PART = { name: 'part', version: '1.0.0' };
  const PACKAGES = { '': PACKAGE, part: PART, 'node_modules/part': { resolved: 'part', link: true } };

  it('installs in the checkout, whatever project npm itself was started for', async () => {
    const checkout = checkoutOf(JSON.stringify({ ...PACKAGE, lockfileVersion: 3, packages: PACKAGES }));
    writeFileSync(join(checkout, 'package.json'), JSON.stringify(PACKAGE));
    mkdirSync(join(checkout, 'part'));
    writeFileSync(join(checkout, 'part/package.json'), JSON.stringify(PART));
    process.env.npm_config_local_prefix = cache;

    await npmCi(checkout);

    expect(existsSync(join(checkout, 'node_modules/part/package.json'))).toBe(true);
  });

  it('says what it needs where it fails, and what npm said', async () => {
    const checkout = checkoutOf('{');

    await expect(npmCi(checkout)).rejects.toThrow(
      /^npm ci of the other commit failed\. It needs the network.+npm (?:ERR!|error)/s,
    );
  });
});
