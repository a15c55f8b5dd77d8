import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const SOURCE_FOLDERS = ['functions', 'shared', 'local', 'web', 'infra', 'bench', 'scripts', 'test/catalogue'];

/** One import, re-export or dynamic import of a file. */
interface ImportStatement {
  /** A path from the project's root, or the specifier of a package. */
  target: string;
  /** Whether nothing of it is left when types are stripped. */
  typeOnly: boolean;
}

/** A broken rule of .dependency-cruiser.mjs. */
interface Violation {
  rule: string;
  file: string;
  /** A path from the project's root, or from `node_modules`. */
  target: string;
}

/** What dependency-cruiser's JSON says, as far as it is read here. */
interface Cruise {
  modules: {
    source: string;
    dependencies: { module: string; resolved: string; dependencyTypes: string[]; coreModule: boolean }[];
  }[];
  summary: {
    violations: { from: string; to: string; rule: { name: string } }[];
    ruleSetUsed: { forbidden: { name: string }[] };
  };
}

/** The imports of a tree of sources. */
export interface ImportGraph {
  /** The names of the rules that it was held to. */
  rules: ReadonlySet<string>;
  violations: readonly Violation[];
  /** @param file its path from the tree's root */
  importsOf(file: string): ImportStatement[];
}

/**
 * Reads the imports of a tree that has the folders of {@link SOURCE_FOLDERS}, and holds them to the project's rules.
 *
 * @throws Error with what dependency-cruiser said, where it couldn't read the tree
 */
export const readImportGraph = (directory: string): ImportGraph => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
      `--config=${join(root, '.dependency-cruiser.mjs')}`,
      '--output-type=json',
      ...SOURCE_FOLDERS,
    ],
    { cwd: directory, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser: ${stderr}${stdout}`);
  const { modules, summary } = JSON.parse(stdout) as Cruise;
  const dependencies = new Map(modules.map((module) => [module.source, module.dependencies]));

  return {
    rules: new Set(summary.ruleSetUsed.forbidden.map(({ name }) => name)),
    violations: summary.violations.map(({ from, to, rule }) => ({
      rule: rule.name,
      file: from,
      target: to.replace(/^.*node_modules\//, ''),
    })),
    importsOf: (file) =>
      (dependencies.get(file) ?? []).map(({ module, resolved, dependencyTypes, coreModule }) => {
        const specifier = coreModule ? `node:${module.replace(/^node:/, '')}` : module;
        return {
          target: module.startsWith('.') ? resolved : specifier,
          typeOnly: dependencyTypes.includes('type-only'),
        };
      }),
  };
};

/** What waits for something outside the process, or holds what the process is given: a flow gets it handed in. */
const doesIo = (target: string): boolean =>
  /^(?:@aws-sdk\/|shared\/lambda\/|shared\/account\/argon2\.ts$)/.test(target) ||
  /^(?:argon2|@node-rs\/argon2|@middy\/core|node:(?:fs|net|http|https|child_process)(?:\/.*)?)$/.test(target);

/**
 * What a file loads by value and by values of values, and should not: a flow takes pure code by value, and what does I/O by type.
 *
 * @returns the way from the file to the first thing that does I/O; `null` where there is none
 */
export const wayToIo = (file: string, { importsOf }: ImportGraph): string[] | null => {
  const ways: string[][] = [[file]];
  const seen = new Set([file]);
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const { target } of importsOf(way.at(-1) ?? file).filter(({ typeOnly }) => !typeOnly)) {
      if (doesIo(target)) return [...way, target];
      if (seen.has(target)) continue;
      seen.add(target);
      ways.push([...way, target]);
    }
  }
  return null;
};
