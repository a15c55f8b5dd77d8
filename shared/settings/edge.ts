/** Names shared by CloudFront, the guard of the API and the functions behind it (docs/adr/0013). */
export const EDGE = {
  /** Header with the secret that only CloudFront knows; CloudFront overwrites a client's. */
  secretHeader: 'x-keyturn-origin-secret',
  /** Header with the viewer's address; CloudFront overwrites a client's. */
  viewerHeader: 'x-keyturn-viewer-address',
  /** Header with the country of that address; CloudFront overwrites or removes a client's. */
  countryHeader: 'x-keyturn-viewer-country',
  /** Authorizer context that shows functions that the guard let a request through. */
  pass: { via: 'cloudfront' },
} as const;
