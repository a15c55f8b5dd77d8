import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import { flowsInReadme, withFlows } from '../../scripts/generate/readme-flows.ts';
import type { Contract } from '../../shared/contract/contract.ts';

const contracts: readonly Contract[] = Object.values(manifest);
const readme = () => readFile(new URL('../../README.md', import.meta.url), 'utf8');

const before = '# Service\n\n| flow | route | caller |\n|---|---|---|\n';
const after = '\n| property | how |\n|---|---|\n| a | b |\n';
const { getProfile, rotateKeyring, signIn } = manifest;

describe("the README's table of flows", () => {
  it('names every flow of the manifest, and no other', async () => {
    const named = flowsInReadme(await readme());

    const flows = contracts.map(({ flow }) => flow);
    if (named.toSorted().join() !== flows.toSorted().join()) throw new Error('README.md: run npm run generate');
  });

  it('is left as it is where it names them all', async () => {
    const text = await readme();

    expect(withFlows(text, contracts)).toBe(text);
  });

  it('gets a line for each flow that it lacks, with its routes and who may call it', () => {
    const text = `${before}| sign-in | by hand | anyone |\n${after}`;

    const written = withFlows(text, [getProfile, rotateKeyring, signIn]);

    const own = "| get-profile | `GET /profile/{user_id}` | the account's own session |";
    const aws = `| rotate-keyring | ${rotateKeyring.summary} | – |`;
    expect(written).toBe(`${before}| sign-in | by hand | anyone |\n${own}\n${aws}\n${after}`);
  });

  it('keeps a line that is about several flows, and loses that of a flow which is gone', () => {
    const text = `${before}| sign-in, get-profile | both | anyone |\n| gone | nowhere | anyone |\n${after}`;

    const written = withFlows(text, [getProfile, signIn]);

    expect(written).toBe(`${before}| sign-in, get-profile | both | anyone |\n${after}`);
  });

  it('has to be there', () => {
    expect(() => withFlows('# Service\n', contracts)).toThrow('the README has no table');
  });
});
