import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { recordExamples, shapeOf } from '../../scripts/examples/record-examples.ts';

const FILE = new URL('../../functions/describe-service/examples.json', import.meta.url);

/** What is in each example: tokens and times are others in each run. */
const shapesOf = (examples: Awaited<ReturnType<typeof recordExamples>>) =>
  Object.entries(examples).map(([routeKey, some]) => [
    routeKey,
    some.map(({ name, ...bodies }) => [name, shapeOf(bodies)] as const),
  ]);

describe('the examples of the OpenAPI document', () => {
  it('are of what the service takes and answers now: write them anew with npm run examples', async () => {
    const recorded = await recordExamples();

    const written = JSON.parse(readFileSync(FILE, 'utf8')) as typeof recorded;
    expect(shapesOf(written)).toEqual(shapesOf(JSON.parse(JSON.stringify(recorded))));
  });
});
