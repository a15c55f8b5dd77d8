import * as z from 'zod/mini';
import { notedDeviceShape } from '../account/noted-device.ts';
import { AUTHENTICATION_METHODS } from '../account/principal.ts';
import { defineRow } from '../aws/define-row.ts';
import { isExpired, type RowOf } from '../aws/row.ts';

/** The row of a session. */
export const sessionRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: (sessionId: string) => `SESSION#${sessionId}`,
  shape: {
    sessionId: z.string(),
    accountId: z.string(),
    epoch: z.int(),
    refreshDigest: z.string(),
    previousRefreshDigest: z.nullable(z.string()),
    rotationSalt: z.nullable(z.string()),
    /** What the session's first token, or that of its last carry-over, was derived from; absent where release 0.1.0 made it. */
    issueSalt: z.optional(z.string()),
    rotatedAtMs: z.int(),
    authTimeEpochSeconds: z.int(),
    methods: z.array(z.enum(AUTHENTICATION_METHODS)),
    deviceName: z.nullable(z.string()),
    /** What the device says that it is, as of the last use; absent where release 0.1.0 used it last. */
    device: z.optional(notedDeviceShape),
    /** The known device that it began on; absent where a release without devices did. */
    deviceId: z.optional(z.string()),
    sourceIp: z.string(),
    /** Of that address, ISO 3166-1 alpha-2; absent where no edge told it. */
    country: z.optional(z.string()),
    createdAtEpochSeconds: z.int(),
    lastUsedAtEpochSeconds: z.int(),
    absoluteEndEpochSeconds: z.int(),
    expiresAtEpochSeconds: z.int(),
  },
});

/** One sign-in of one device. */
export type Session = RowOf<typeof sessionRow>;

/** Whether a session is over by its own row: unused for too long, or past its absolute end. */
export const isOver = (
  session: Pick<Session, 'expiresAtEpochSeconds' | 'absoluteEndEpochSeconds'>,
  nowSeconds: number,
): boolean => isExpired(session, nowSeconds) || session.absoluteEndEpochSeconds <= nowSeconds;

/** A session that a complete sign-in begins. */
export type NewSession = Session & { deviceId: string };
