import * as z from 'zod/mini';
import { goodGenerations } from './generated-secret.ts';

/** Each has two secrets at a rotation, whose ARNs are in a function's environment, of 4 KB in all. */
const CALLERS_MAX = 3;

const trustedCaller = () =>
  z.strictObject({
    id: z
      .string()
      .check(
        z.regex(/^[a-z][a-z0-9]{0,19}$/, 'must be 1 to 20 of a-z 0-9, the first a letter'),
        z.describe('What the caller is called, in the names of its keys and in logs.'),
      ),
    secretGeneration: z
      ._default(z.int().check(z.minimum(1), z.maximum(1_000_000)), 1)
      .check(
        z.describe(
          'Raised by one, the caller has a new secret, and the one before it is good until the next; 1 unless set.',
        ),
      ),
  });

/** A back end that may name the address of the person it calls for. */
export type TrustedCaller = z.infer<ReturnType<typeof trustedCaller>>;

/** Back ends that sign their requests and may name the address of the person they call for (docs/adr/0048). Their secrets are in Secrets Manager. */
export const trustedCallerSettings = () =>
  z._default(z.array(trustedCaller()), []).check(
    z.maxLength(CALLERS_MAX),
    z.refine((callers) => new Set(callers.map(({ id }) => id)).size === callers.length, 'must name each caller once'),
    z.describe(
      'Back ends that call for many people and sign which address each request is for, as { id, secretGeneration }; none unless set.',
    ),
  );

/** A secret of a caller. */
interface CallerKey {
  /** What signatures name it by: `web/2`. */
  keyId: string;
  id: string;
  generation: number;
}

/** The keys that a caller may sign with: the newest, and the one before it until the next rotation. */
export const keysOf = ({ id, secretGeneration }: TrustedCaller): CallerKey[] =>
  goodGenerations(secretGeneration).map((generation) => ({ keyId: `${id}/${generation}`, id, generation }));

/** Where each key is, as a function's variable has it. @param places references by key, which have no blanks: ARNs, `file:` URLs */
export const writeKeyPlaces = (places: readonly (readonly [keyId: string, reference: string])[]): string =>
  places.map(([keyId, reference]) => `${keyId}=${reference}`).join(' ');

/** Reads the variable. @returns references by key */
export const readKeyPlaces = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
