import { relative } from 'node:path';

/** How describe-unless.ts says why. */
const REASON = / \[left out: (.*)\]$/;

/** So many times at most a run says how far it is. */
const STEPS = 20;

const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Beside jest's own lines: how far the run is, where no terminal shows it; and at the end, which tests were left out and why. */
export default class RunReporter {
  #startedAtMs = Date.now();
  #suites = 0;
  #config;
  /** How many tests, by the lines that tell of them. */
  #leftOut = new Map();

  constructor(config) {
    this.#config = config;
  }

  onRunStart({ numTotalTestSuites }) {
    if (numTotalTestSuites > 1) process.stderr.write(`${numTotalTestSuites} suites to run\n`);
  }

  onTestResult({ path }, { testResults }, { numTotalTestSuites: total }) {
    for (const { status, ancestorTitles, title } of testResults) {
      if (status !== 'pending') continue;
      const told = [...ancestorTitles, title].map((text) => REASON.exec(text)?.[1]).find(Boolean);
      if (!told && this.#config.testNamePattern) continue; // left out by who called for a few tests
      const line = `${relative(this.#config.rootDir, path)}: ${told ?? `"${title}" is marked to be skipped`}`;
      this.#leftOut.set(line, (this.#leftOut.get(line) ?? 0) + 1);
    }
    this.#suites += 1;
    const isStep = Math.floor((this.#suites * STEPS) / total) > Math.floor(((this.#suites - 1) * STEPS) / total);
    if (total <= STEPS || process.stderr.isTTY || !isStep) return;
    const seconds = Math.round((Date.now() - this.#startedAtMs) / 1000);
    process.stderr.write(`... ${this.#suites} of ${total} suites after ${seconds} s\n`);
  }

  onRunComplete() {
    if (this.#leftOut.size === 0) return;
    const lines = [...this.#leftOut].map(([line, count]) => `  ${line} (${plural(count, 'test')})`);
    process.stderr.write(['', 'Left out on this machine:', ...lines.toSorted(), ''].join('\n'));
  }
}
