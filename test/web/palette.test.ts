import { describe, expect, it } from '@jest/globals';
import { PALETTE, type Theme } from '../../web/palette.ts';

/** @see WCAG 2.2, "relative luminance" */
const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (one: string, other: string): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
};

const TEXT: readonly [keyof Theme, keyof Theme][] = [
  ['ink', 'page'],
  ['ink', 'card'],
  ['ink', 'field'],
  ['ink', 'goodCard'],
  ['ink', 'badCard'],
  ['soft', 'page'],
  ['soft', 'card'],
  ['accent', 'page'],
  ['accent', 'card'],
  ['onAccent', 'accent'],
  ['bad', 'badCard'],
];

const EDGES: readonly [keyof Theme, keyof Theme][] = [
  ['border', 'card'],
  ['border', 'field'],
  ['accent', 'field'],
  ['bad', 'field'],
  ['bad', 'card'],
  ['good', 'goodCard'],
];

describe.each(['light', 'dark'] as const)('the %s theme', (name) => {
  const theme = PALETTE[name];

  it.each(TEXT)('writes %s on %s with the contrast of WCAG 1.4.3', (text, ground) => {
    expect(contrast(theme[text], theme[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(EDGES)('sets %s off from %s with the contrast of WCAG 1.4.11', (edge, ground) => {
    expect(contrast(theme[edge], theme[ground])).toBeGreaterThanOrEqual(3);
  });
});
