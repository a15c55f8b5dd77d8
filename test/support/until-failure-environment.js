import StrykerEnvironment from '@stryker-mutator/jest-runner/jest-env/node';

/** Node's environment, in which no test of a suite runs after one that failed: one is enough to find a mutant. */
export default class UntilFailureEnvironment extends StrykerEnvironment {
  #hasFailed = false;

  handleTestEvent({ name, test }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.#hasFailed = true;
    if (name === 'test_start' && this.#hasFailed) test.mode = 'skip';
  }
}
