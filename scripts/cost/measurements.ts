import * as z from 'zod/mini';
import type { Architecture } from '../../shared/contract/architecture.ts';

const figure = z.number().check(z.minimum(0));

const figures = z.strictObject({
  /** On one whole core, with password hashes, without the laptop's gateway. */
  cpuMs: figure,
  /** How often the call waits for DynamoDB; concurrent calls are one wait. */
  waits: figure,
  readUnits: figure,
  writeUnits: figure,
});

const set = z.strictObject({
  /** `YYYY-MM-DD`. */
  measuredAt: z.iso.date(),
  /** Figures of one call, by flow. */
  flows: z.record(z.string(), figures),
  /** Sums over several calls, such as a sign-in with its code, by name. The page of costs adds flows up itself. */
  journeys: z.record(z.string(), figures),
});

const measurements = z.strictObject({ x86_64: z.optional(set), arm64: z.optional(set) });

/** What `npm run bench -- --save` wrote, by the processors of the machines that it ran on. */
export type Measurements = z.infer<typeof measurements>;

/** Figures of one call of a flow. */
export type Measured = z.infer<typeof figures>;

/** Figures of a flow, from the other processor where its own has none; `null` where none has. */
export const figuresOf = (
  { x86_64, arm64 }: Measurements,
  flow: string,
  architecture: Architecture,
): Measured | null => {
  const [own, other] = architecture === 'arm64' ? [arm64, x86_64] : [x86_64, arm64];
  return own?.flows[flow] ?? other?.flows[flow] ?? null;
};

/** Parses saved figures. @throws ZodError where they are invalid */
export const parseMeasurements = (document: unknown): Measurements => measurements.parse(document);
