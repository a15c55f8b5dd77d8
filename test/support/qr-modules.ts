import QrCode from 'qrcode';

/** The modules of a QR code drawn as SVG, as rows of `#` and `.`. @throws Error for any other drawing */
export const modulesDrawn = (svg: string): string => {
  const size = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
  const path = /<path stroke="#000000" d="([^"]+)"\/><\/svg>\s*$/.exec(svg)?.[1];
  if (!size || !path) throw new Error('no drawing of a QR code');
  const rows = Array.from({ length: size }, () => Array<string>(size).fill('.'));
  let x = 0;
  let y = 0;
  for (const [, command, text = ''] of path.matchAll(/([Mmh])([^Mmh]+)/g)) {
    const [first = 0, second = 0] = text
      .trim()
      .split(/[ ,]+|(?=-)/)
      .map(Number);
    if (command === 'M') [x, y] = [first, second - 0.5];
    else if (command === 'm') [x, y] = [x + first, y + second];
    else {
      rows[y]?.fill('#', x, x + first);
      x += first;
    }
  }
  return rows.map((row) => row.join('')).join('\n');
};

/** A text's modules at error correction level M, with this quiet zone. */
export const modulesOf = (text: string, margin: number): string => {
  const { size, data } = QrCode.create(text, { errorCorrectionLevel: 'M' }).modules;
  const quiet = '.'.repeat(margin);
  const rows = Array.from({ length: size }, (_, row) => {
    const bits = Array.from(data.subarray(row * size, (row + 1) * size), (bit) => (bit ? '#' : '.'));
    return `${quiet}${bits.join('')}${quiet}`;
  });
  const blank = Array<string>(margin).fill('.'.repeat(size + 2 * margin));
  return [...blank, ...rows, ...blank].join('\n');
};
