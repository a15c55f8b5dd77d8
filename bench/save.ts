import { readFile, writeFile } from 'node:fs/promises';
import { parseMeasurements } from '../scripts/cost/measurements.ts';
import { architectureHere } from '../scripts/native-files.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { beyondGatewayMs, type Row } from './report.ts';

const FILE = new URL('measured.json', import.meta.url);

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

type Figures = Pick<Row, 'cpuMs' | 'waits' | 'readUnits' | 'writeUnits'>;

/**
 * Writes the figures and the date: for each flow those of one call, which `npm run cost` uses, and for a journey of
 * several calls their sum. Figures of machines with the other processor stay.
 */
export const saveMeasured = async ({ rows, gatewayMs }: { rows: readonly Row[]; gatewayMs: number }): Promise<void> => {
  const figuresOf = (row: Row): [name: string, Figures] => [
    row.flow,
    {
      cpuMs: rounded(Math.max(0, beyondGatewayMs(row, gatewayMs)), 2),
      waits: rounded(row.waits, 1),
      readUnits: rounded(row.readUnits, 1),
      writeUnits: rounded(row.writeUnits, 1),
    },
  ];
  const flows = Object.fromEntries(rows.filter(({ requests }) => requests <= 1).map(figuresOf));
  const journeys = Object.fromEntries(rows.filter(({ requests }) => requests > 1).map(figuresOf));
  const measuredAt = new Date(systemClock.nowMs()).toISOString().slice(0, 'YYYY-MM-DD'.length);
  const before = parseMeasurements(JSON.parse(await readFile(FILE, 'utf8')));
  const measurements = { ...before, [architectureHere()]: { measuredAt, flows, journeys } };
  await writeFile(FILE, `${JSON.stringify(measurements, null, 2)}\n`);
};
