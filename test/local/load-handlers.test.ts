import { expect, it } from '@jest/globals';
import { loadHandlers } from '../../local/load-handlers.ts';

it('a laptop calls what schedules call, but for the canary: nobody is told there of what it finds', async () => {
  const imported: string[] = [];

  const { scheduled } = await loadHandlers(async ({ flow }) => {
    imported.push(flow);
    return async () => undefined;
  });

  expect(scheduled.map(({ contract: { flow } }) => flow)).toEqual(['erase-accounts']);
  expect(imported).not.toContain('run-canary');
});
