/**
 * Domains whose provider says that dots in a local part don't matter.
 *
 * Read on 2026-11-29: "Dots don't matter in Gmail addresses", https://support.google.com/mail/answer/7436150. googlemail.com is
 * Gmail's other name. Organisations' domains at Google are not among them: there dots do matter, as the same page says.
 */
const WITHOUT_DOTS: Readonly<Record<string, string>> = { 'gmail.com': 'gmail.com', 'googlemail.com': 'gmail.com' };

/**
 * Domains of which `anything@name.domain` is `name@domain`.
 *
 * Read on 2026-11-29: "Plus addressing and subdomain addressing", https://www.fastmail.help/hc/en-us/articles/360060591053.
 */
const WITH_SUBDOMAINS = ['fastmail.com', 'fastmail.fm'] as const;

/** The detail of a subaddress, with what separates it from the mailbox. @see RFC 5233 §1 */
const DETAIL = /\+.*/;

const split = (address: string): [localPart: string, domain: string] => {
  const at = address.lastIndexOf('@');
  return [address.slice(0, at), address.slice(at + 1)];
};

/**
 * The mailbox that an address most likely ends in: without the detail of a subaddress, and by the rules that its provider has
 * published. For counting alone, never for sending, look-up or uniqueness: at some hosts `+` is a character like any other.
 *
 * Where cutting would leave nothing, the address is its own mailbox.
 *
 * @param address canonical
 * @returns a text that is the same for all spellings of a mailbox; nothing is ever sent to it
 * @see RFC 5233
 */
export const mailboxOf = (address: string): string => {
  const [localPart, domain] = split(address);
  const host = WITH_SUBDOMAINS.find((one) => domain.endsWith(`.${one}`));
  const name = host && domain.slice(0, -host.length - 1);
  // One label alone is a name.
  if (name && !name.includes('.')) return `${name}@${host}`;

  const user = localPart.replace(DETAIL, '');
  if (user === '') return address;
  const dotless = WITHOUT_DOTS[domain];
  return dotless === undefined ? `${user}@${domain}` : `${user.replaceAll('.', '')}@${dotless}`;
};
