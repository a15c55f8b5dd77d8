/** When a session ends if it is not used again: after the idle time, and never later than its absolute end. */
export const sessionExpiry = ({
  nowSeconds,
  idleSeconds,
  absoluteEndEpochSeconds,
}: {
  nowSeconds: number;
  idleSeconds: number;
  absoluteEndEpochSeconds: number;
}): number => Math.min(nowSeconds + idleSeconds, absoluteEndEpochSeconds);
