import { describe, expect, it } from '@jest/globals';
import { escapeHtml } from '../../shared/primitives/escape-html.ts';
import { html } from '../../web/html.ts';

describe('html', () => {
  it('escapes every text, and only texts', () => {
    const inner = html`<b>${'<i>'}</b>`;

    expect(html`<p title="${'"&'}">${inner}${[inner, inner]}${null}${7}</p>`.text).toBe(
      '<p title="&quot;&amp;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b><b>&lt;i&gt;</b>7</p>',
    );
  });
});

describe('escape-html', () => {
  it('leaves nothing that ends a text or a quoted attribute', () => {
    expect(escapeHtml(`<a href='x' title="y">&amp;`)).toBe('&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;');
  });

  it('leaves every other text alone', () => {
    expect(escapeHtml('Grüße, 東京 – 1/2 `ok`')).toBe('Grüße, 東京 – 1/2 `ok`');
  });
});
