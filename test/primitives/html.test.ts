import { describe, expect, it } from '@jest/globals';
import { escapeHtml } from '../../shared/primitives/escape-html.ts';
import { html, joinHtml } from '../../shared/primitives/html.ts';

describe('html', () => {
  it('escapes every text, and only texts', () => {
    const inner = html`<b>${'<i>'}</b>`;

    expect(html`<p title="${'"&'}">${inner}${[inner, inner]}${null}${7}</p>`.text).toBe(
      '<p title="&quot;&amp;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b><b>&lt;i&gt;</b>7</p>',
    );
  });
});

describe('join-html', () => {
  it('puts parts in a row as they are, with the separator between two of them', () => {
    const parts = [html`<b>${'<'}</b>`, html`${'&'}`];

    expect(joinHtml(parts).text).toBe('<b>&lt;</b>&amp;');
    expect(joinHtml(parts, '\n').text).toBe('<b>&lt;</b>\n&amp;');
    expect(joinHtml([], '\n').text).toBe('');
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
