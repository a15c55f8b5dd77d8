/**
 * A copy of `WWW-Authenticate`, from which API Gateway writes that header again: it may rename the header on its way out of a function, to
 * `x-amzn-remapped-www-authenticate`. Documents say so of REST APIs alone (docs/adr/0069).
 */
export const CHALLENGE_COPY_HEADER = 'keyturn-challenge';
