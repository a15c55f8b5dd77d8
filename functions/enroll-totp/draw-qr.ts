/**
 * Draws a text as a QR code.
 *
 * @returns an SVG that scales
 */
export const drawQr = async (text: string): Promise<string> => {
  // Loaded for those who ask: it is large, and enrolling is rare.
  const { default: QrCode } = await import('qrcode');
  return QrCode.toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
};
