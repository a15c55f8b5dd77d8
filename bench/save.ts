import { writeFile } from 'node:fs/promises';
import { systemClock } from '../shared/config/system-clock.ts';
import { beyondGatewayMs, type Row } from './report.ts';

const FILE = new URL('measured.json', import.meta.url);

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Writes what `npm run cost` reckons with: each flow's figures for one call, and the date. What takes several calls is not a flow. */
export const saveMeasured = async ({ rows, gatewayMs }: { rows: readonly Row[]; gatewayMs: number }): Promise<void> => {
  const flows = rows
    .filter(({ requests }) => requests <= 1)
    .map((row) => [
      row.flow,
      {
        cpuMs: rounded(Math.max(0, beyondGatewayMs(row, gatewayMs)), 2),
        waits: rounded(row.waits, 1),
        readUnits: rounded(row.readUnits, 1),
        writeUnits: rounded(row.writeUnits, 1),
      },
    ]);
  const measuredAt = new Date(systemClock.nowMs()).toISOString().slice(0, 'YYYY-MM-DD'.length);
  await writeFile(FILE, `${JSON.stringify({ measuredAt, flows: Object.fromEntries(flows) }, null, 2)}\n`);
};
