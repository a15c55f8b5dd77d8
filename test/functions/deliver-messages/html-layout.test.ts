import { describe, expect, it } from '@jest/globals';
import { htmlLayout } from '../../../functions/deliver-messages/mail/html-layout.ts';
import type { MessageContent } from '../../../functions/deliver-messages/mail/message-content.ts';

const contentOf = (text: string): MessageContent => ({
  language: 'en',
  productName: text,
  subject: text,
  preheader: text,
  heading: text,
  blocks: [
    { kind: 'paragraph', text },
    { kind: 'button', label: text, url: text },
    { kind: 'code', label: text, code: text },
    { kind: 'steps', items: [text, text] },
    { kind: 'note', text },
    { kind: 'link', label: text, url: text },
  ],
  footer: text,
});

const tagsWithoutLinks = (html: string) => html.match(/<[^>]*>/g)?.map((tag) => tag.replace(/href="[^"]*"/, 'href'));

describe('html-layout', () => {
  it('lets nothing of a letter become markup', () => {
    const hostile = htmlLayout(contentOf(`</title><script>"'&amp;`));
    const harmless = htmlLayout(contentOf('harmless'));

    expect(tagsWithoutLinks(hostile)).toEqual(tagsWithoutLinks(harmless));
    // Title, preheader, brand, heading, footer, and the texts of the six blocks.
    expect(hostile.split('&lt;/title&gt;&lt;script&gt;&quot;&#39;&amp;amp;')).toHaveLength(1 + 5 + 10);
  });
});
