/** Fewer characters, and no exponent, are a number that a double holds. @see IEEE 754-2019 §5.12.2: 15 significant digits */
const SAFE_LENGTH = 15;

/** As many digits tell each double from its neighbours. @see IEEE 754-2019 §5.12.2 */
const ROUND_TRIP_DIGITS = 17;

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A decimal number as its significant digits and the power of ten of the last of them: equal ones are equal numbers. */
const decimalOf = (source: string): string => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(source) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/(?<!0)0+$/, ''); // from the first zero of a row alone, or each would be tried
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
};

/** A fraction in all the digits of a double: Foundation and .NET Framework write `0.10000000000000001`, which is the double 0.1. */
const isDoubleInFull = (source: string): boolean =>
  source.includes('.') && decimalOf(source) === decimalOf(Number(source).toPrecision(ROUND_TRIP_DIGITS));

/**
 * Whether a number of a JSON text stays what it is: parsed into a double, `9007199254740993` becomes …992, and `1e400` no number at
 * all.
 *
 * @param source as it stands in well-formed JSON
 * @see RFC 8259 §6
 */
export const isExact = (source: string): boolean =>
  (source.length <= SAFE_LENGTH && !/[eE]/.test(source)) ||
  decimalOf(source) === decimalOf(String(Number(source))) ||
  isDoubleInFull(source);
