import * as z from 'zod/mini';

const figure = z.number().check(z.minimum(0));

const figures = z.strictObject({
  /** On one whole core, password hashes included, the laptop's gateway not. */
  cpuMs: figure,
  /** How often it stands still for DynamoDB; calls made at the same time are one wait. */
  waits: figure,
  readUnits: figure,
  writeUnits: figure,
});

const measurements = z.strictObject({
  /** `YYYY-MM-DD`. */
  measuredAt: z.iso.date(),
  /** By flow: what one call of it takes. */
  flows: z.record(z.string(), figures),
  /** By name: what several calls take together, such as a sign-in with its code. The page of costs adds flows up itself. */
  journeys: z.record(z.string(), figures),
});

/** What `npm run bench -- --save` measured. */
export type Measurements = z.infer<typeof measurements>;

/** Of one flow, for one call. */
export type Measured = Measurements['flows'][string];

/** Reads what was saved. @throws ZodError where it isn't that */
export const parseMeasurements = (document: unknown): Measurements => measurements.parse(document);
