/** The processors of Lambda, as it names them. */
export type Architecture = 'arm64' | 'x86_64';

/**
 * The processor of the flows that hash. A millisecond costs a quarter more than on arm64, but a hash takes AVX2 here, and 2.5 times as long
 * without: docs/cost.md computes both, and a test holds this to the cheaper one (docs/adr/0045).
 */
export const HASHING_ARCHITECTURE: Architecture = 'x86_64';

/** The processor of a flow's function; a millisecond of arm64 costs a fifth less, and most of a request is waiting. */
export const architectureOf = ({ architecture = 'arm64' }: { architecture?: Architecture }): Architecture =>
  architecture;
