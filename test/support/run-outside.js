import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** What the outcome depends on beside the file: this one, and since an export may come from elsewhere, all that is installed. */
const DEPENDS_ON = [import.meta.filename, new URL('../../package-lock.json', import.meta.url)].map((file) =>
  readFileSync(file, 'utf8'),
);

/** The realm of the process: what jest gives to a suite as `process` and `node:module` is the suite's own. */
const REALM = `process.getBuiltinModule('node:vm').runInThisContext('process')`;

/** The module as Node itself has it. */
const outside = (filename) => `${REALM}.getBuiltinModule('node:module').createRequire(${filename})(${filename})`;

const asEsModule = (filename) => {
  const names = Object.keys(require(filename));
  const exported = names.map((name, index) => `_${index} as ${JSON.stringify(name)}`);
  return [
    `const outside = ${outside('import.meta.filename')};`,
    ...names.map((name, index) => `const _${index} = outside[${JSON.stringify(name)}];`),
    `export { ${exported.join(', ')} };`,
  ].join('\n');
};

/**
 * In place of a module of a package or of ours: what Node makes of it, once for all suites of a process. Jest would read, link and
 * compile each file again for each suite, and run it slower.
 */
export default {
  getCacheKey: (source, filename, { configString, supportsStaticESM }) =>
    createHash('sha256')
      .update(JSON.stringify([source, filename, configString, supportsStaticESM, DEPENDS_ON]))
      .digest('hex'),
  process: (_, filename, { supportsStaticESM }) => ({
    code: supportsStaticESM ? asEsModule(filename) : `module.exports = ${outside('__filename')};`,
  }),
};
