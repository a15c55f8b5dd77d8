import { describe, expect, it } from '@jest/globals';
import { mailboxOf } from '../../functions/deliver-messages/mailbox.ts';

describe('mailboxOf', () => {
  it.each([
    ['a subaddress of any host', 'reader+books@example.com', 'reader@example.com'],
    ['a subaddress of a subaddress', 'reader+a+b@example.com', 'reader@example.com'],
    ['dots at Gmail', 'r.e.a.d.e.r@gmail.com', 'reader@gmail.com'],
    ["Gmail's other name, with dots and a detail", 're.ader+x.y@googlemail.com', 'reader@gmail.com'],
    ['a subdomain at Fastmail', 'books@reader.fastmail.com', 'reader@fastmail.com'],
    ['a subdomain at Fastmail with a detail', 'a+b@reader.fastmail.fm', 'reader@fastmail.fm'],
  ])('is the same for %s', (_, spelling, mailbox) => {
    expect(mailboxOf(spelling)).toBe(mailbox);
    expect(mailboxOf(mailbox)).toBe(mailbox);
  });

  it.each([
    ['dots elsewhere', 'r.eader@example.com'],
    ['dots at a host that only ends like Gmail', 'r.eader@notgmail.com'],
    ['dots below Gmail', 'r.eader@mail.gmail.com'],
    ['a hyphen, which names belong to', 'reader-books@example.com'],
    ['two labels below Fastmail', 'books@a.b.fastmail.com'],
    ['a host that only ends like Fastmail', 'books@readerfastmail.com'],
    ['an address of nothing but a detail', '+books@example.com'],
    ['the two hosts of Fastmail', 'reader@fastmail.fm'],
  ])('leaves %s apart', (_, address) => {
    expect(mailboxOf(address)).toBe(address);
  });
});
