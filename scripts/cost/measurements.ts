import * as z from 'zod/mini';

const figure = z.number().check(z.minimum(0));

const figures = z.strictObject({
  /** On one whole core, with password hashes, without the laptop's gateway. */
  cpuMs: figure,
  /** How often the call waits for DynamoDB; concurrent calls are one wait. */
  waits: figure,
  readUnits: figure,
  writeUnits: figure,
});

const measurements = z.strictObject({
  /** `YYYY-MM-DD`. */
  measuredAt: z.iso.date(),
  /** Figures of one call, by flow. */
  flows: z.record(z.string(), figures),
  /** Sums over several calls, such as a sign-in with its code, by name. The page of costs adds flows up itself. */
  journeys: z.record(z.string(), figures),
});

/** What `npm run bench -- --save` wrote. */
export type Measurements = z.infer<typeof measurements>;

/** Figures of one call of a flow. */
export type Measured = Measurements['flows'][string];

/** Parses saved figures. @throws ZodError where they are invalid */
export const parseMeasurements = (document: unknown): Measurements => measurements.parse(document);
