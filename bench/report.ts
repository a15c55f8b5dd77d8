import type { Trips } from './trips.ts';

/** Figures of a flow. */
export interface Row extends Trips {
  flow: string;
  opsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Requests of an operation through the gateway; 0 where a stream triggers the flow. */
  requests: number;
  /** CPU of the handlers' process for one operation, its gateway included. */
  cpuMs: number;
  aimMs: number | null;
  /** CPU of the bare password hash in an operation, measured right before and after. The aim applies to the rest. */
  hashMs: number;
  /** CPU of the bare signatures that the aim leaves out, measured likewise; 0 where the aim includes them. */
  signMs: number;
}

/** Most that a bundle's load time may be, relative to one with the DynamoDB client alone. */
const COLD_START_AIM = 1.3;

/** The CPU of an operation without the laptop's gateway, its hashes and signatures included. */
export const beyondGatewayMs = ({ cpuMs, requests }: Row, gatewayMs: number): number => cpuMs - requests * gatewayMs;

const column = (text: string, width: number): string => text.padStart(width);
const verdict = (value: number, aim: number): string =>
  value <= aim ? 'met' : `${((value / aim - 1) * 100).toFixed(0)} % over`;

/** Prints the table of flows. */
export const printFlows = ({ rows, gatewayMs }: { rows: readonly Row[]; gatewayMs: number }): void => {
  console.log(`
The laptop's gateway with an empty handler costs ${gatewayMs.toFixed(2)} ms of CPU; Lambda has none. "bare hash" is argon2id alone, "bare sign" an RS256
signature alone where the aim leaves it out, each measured right before and after the flow. "beyond" is CPU less all three, and that is
what the aim is held against.

flow                 ops/s   p50 ms   p99 ms  CPU ms/op  bare hash  bare sign   beyond   aim          round trips  waits   read units  write units`);
  for (const row of rows) {
    const { flow, opsPerSecond, p50Ms, p99Ms, cpuMs, aimMs, hashMs, signMs } = row;
    const beyondMs = beyondGatewayMs(row, gatewayMs) - hashMs - signMs;
    const aim = aimMs === null ? '' : `${aimMs} ${verdict(beyondMs, aimMs)}`;
    const figures: [text: string, width: number][] = [
      [opsPerSecond.toFixed(0), 6],
      [p50Ms.toFixed(2), 9],
      [p99Ms.toFixed(2), 9],
      [cpuMs.toFixed(2), 11],
      [hashMs === 0 ? '' : hashMs.toFixed(2), 11],
      [signMs === 0 ? '' : signMs.toFixed(2), 11],
      [beyondMs.toFixed(2), 9],
    ];
    const left = figures.map(([text, width]) => column(text, width)).join('');
    const counts: [count: number, width: number][] = [
      [row.roundTrips, 12],
      [row.waits, 7],
      [row.readUnits, 13],
      [row.writeUnits, 13],
    ];
    const right = counts.map(([count, width]) => column(count.toFixed(1), width)).join('');
    console.log(`${flow.padEnd(20)}${left}   ${aim.padEnd(12)}${right}`);
  }
};

/** Prints the table of cold starts. */
export const printColdStarts = ({
  baselineMs,
  loads,
}: {
  baselineMs: number;
  loads: ReadonlyMap<string, number>;
}): void => {
  console.log(
    `\nLoading a bundle in a fresh process; one with the DynamoDB client alone: ${baselineMs.toFixed(1)} ms\n`,
  );
  for (const [flow, milliseconds] of loads) {
    const ratio = milliseconds / baselineMs;
    console.log(
      `${flow.padEnd(20)} ${column(milliseconds.toFixed(1), 7)} ms  ${ratio.toFixed(2)} ×  ${verdict(ratio, COLD_START_AIM)}`,
    );
  }
};
