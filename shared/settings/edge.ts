/** What CloudFront, the function that guards the API and the functions behind it say to each other (docs/adr/0013). */
export const EDGE = {
  /** The header that CloudFront alone can send: the secret is in it. One that a client sends is written over. */
  secretHeader: 'x-keyturn-origin-secret',
  /** The header in which CloudFront says who called. One that a client sends is written over. */
  viewerHeader: 'x-keyturn-viewer-address',
  /** What the guard hands on with a request that it let through, for the functions behind it to see. */
  pass: { via: 'cloudfront' },
} as const;
