import type { Block, MessageContent } from './message-content.ts';

/** RFC 3676 §4.2 recommends 78 at most; this leaves room for quoting. */
const LINE_LENGTH = 72;

/** Breaks between words only, so that a longer link or token stays whole. */
const wrap = (text: string, indent = ''): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && indent.length + longer.length > LINE_LENGTH) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].join(`\n${indent}`);
};

const blockText = (block: Block): string => {
  switch (block.kind) {
    case 'paragraph':
    case 'note':
      return wrap(block.text);
    case 'button':
    case 'link':
      return `${wrap(`${block.label}:`)}\n${block.url}`;
    case 'code':
      return `${wrap(block.label)}\n${block.code}`;
    case 'steps':
      return block.items.map((item, index) => `${index + 1}. ${wrap(item, '   ')}`).join('\n');
  }
};

/** Renders message content as plain text. Every link and every code has a line of its own. */
export const textLayout = ({ productName, heading, blocks, footer }: MessageContent): string =>
  `${[productName, heading, ...blocks.map(blockText), `--\n${wrap(footer)}`].join('\n\n')}\n`;
