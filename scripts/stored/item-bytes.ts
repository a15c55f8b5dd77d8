/** A name or value whose length is that of its UTF-8. */
const textBytes = (text: string): number => Buffer.byteLength(text);

/** Two digits a byte, and one more; a sign takes another. */
const numberBytes = (number: number): number => {
  const digits = String(number).replace(/[^\d]/g, '').replace(/^0+/, '').replace(/0+$/, '').length;
  return Math.ceil(digits / 2) + 1 + (number < 0 ? 1 : 0);
};

const CONTAINER_BYTES = 3;

const valueBytes = (value: unknown): number => {
  if (typeof value === 'string') return textBytes(value);
  if (typeof value === 'number') return numberBytes(value);
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + 1 + valueBytes(one), CONTAINER_BYTES);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).length + CONTAINER_BYTES + itemBytes(value as Record<string, unknown>);
};

/**
 * What DynamoDB counts an item as, in bytes: names and values of all its attributes.
 *
 * @param item without binary values and sets, of which this service stores none
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemBytes = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + textBytes(name) + valueBytes(value), 0);
