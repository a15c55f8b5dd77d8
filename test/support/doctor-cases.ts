import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CheckStatus } from '../../scripts/doctor/finding.ts';
import { type Case, startDoctorWorld } from './doctor-world.ts';

/** What is not as it should be, and what a check says of it, in its sentence or in what to do. */
export type DoctorRow = [what: string, changed: Case, status: CheckStatus, says: string];

/** A suite for each check, by its id: what it sees where one thing is not as it should be. */
export const describeChecks = (cases: Readonly<Record<string, DoctorRow[]>>): void => {
  describe.each(Object.entries(cases))('the check %s', (id, rows) => {
    let world: Awaited<ReturnType<typeof startDoctorWorld>>;
    beforeAll(async () => {
      world = await startDoctorWorld();
    });
    afterAll(() => world.stop());

    it.each(rows)('sees that %s', async (_what, changed, status, says) => {
      const { of } = await world.examine(changed);

      const { sentence, whatToDo, ...checked } = of(id);
      expect({ status: checked.status, text: `${sentence} ${whatToDo}` }).toEqual({
        status,
        text: expect.stringContaining(says),
      });
    });
  });
};
