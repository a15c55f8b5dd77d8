import { escapeHtml } from '../../../shared/primitives/escape-html.ts';
import type { Block, MessageContent } from './message-content.ts';

const SANS = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONOSPACE = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

/** Inline, because many mail programs ignore style sheets; the classes are only for dark mode and narrow screens. */
const STYLES = {
  page: `margin:0;padding:0;background-color:#eef1f5;${SANS}`,
  card: 'background-color:#ffffff;border-radius:12px;padding:32px 32px 18px;overflow-wrap:anywhere',
  brand: `padding:0 4px 16px;overflow-wrap:anywhere;${SANS};font-size:16px;line-height:24px;font-weight:600;color:#4a5361`,
  heading: `margin:0 0 16px;${SANS};font-size:24px;line-height:32px;font-weight:700;color:#15191f`,
  paragraph: `margin:0 0 16px;${SANS};font-size:16px;line-height:25px;color:#15191f`,
  note: `margin:0 0 12px;${SANS};font-size:15px;line-height:23px;color:#4a5361`,
  button: `display:block;padding:14px 20px;${SANS};font-size:17px;line-height:24px;font-weight:600;text-align:center;text-decoration:none;color:#ffffff`,
  code: `padding:14px 12px;background-color:#f1f4f8;border:1px solid #d3dae3;border-radius:8px;${MONOSPACE};font-size:18px;line-height:28px;font-weight:600;text-align:center;text-wrap:balance;color:#15191f`,
  item: `margin:0 0 10px;${SANS};font-size:16px;line-height:25px;color:#15191f`,
  link: `display:inline-block;padding:4px 0;${SANS};font-size:16px;line-height:24px;color:#1d4ed8;text-decoration:underline`,
  footer: `padding:16px 4px 0;overflow-wrap:anywhere;${SANS};font-size:13px;line-height:20px;color:#4a5361`,
};

const STYLE_BLOCK = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 480px) {
  .card { padding: 24px 20px 10px !important; }
}
@media (prefers-color-scheme: dark) {
  .page { background-color: #0f1318 !important; }
  .card { background-color: #1a2028 !important; }
  .ink { color: #eceff3 !important; }
  .soft { color: #a9b3c0 !important; }
  .code { background-color: #10151b !important; border-color: #37414e !important; }
  .link { color: #9dbdff !important; }
}`;

/** Fills the preview in a list of mails, so that the mail's text doesn't follow the preheader there. */
const PREHEADER_FILLER = '&#847;&zwnj;&nbsp;'.repeat(80);

const table = (rows: string, attributes = 'width="100%"') =>
  `<table role="presentation" cellpadding="0" cellspacing="0" border="0" ${attributes}>\n${rows}\n</table>`;

/** Lets a narrow screen break the code between its groups; copying it adds no character. */
const breakable = (code: string) =>
  code
    .split(/(?<=-)/)
    .map((group) => `<span style="white-space:nowrap">${escapeHtml(group)}</span>`)
    .join('<wbr>');

const blockHtml = (block: Block): string => {
  switch (block.kind) {
    case 'paragraph':
      return `<p class="ink" style="${STYLES.paragraph}">${escapeHtml(block.text)}</p>`;
    case 'note':
      return `<p class="soft" style="${STYLES.note}">${escapeHtml(block.text)}</p>`;
    case 'button':
      return table(
        `<tr><td bgcolor="#1d4ed8" style="background-color:#1d4ed8;border-radius:8px"><a href="${escapeHtml(block.url)}" style="${STYLES.button}">${escapeHtml(block.label)}</a></td></tr>`,
        'width="100%" style="margin:8px 0 24px;border-collapse:separate"',
      );
    case 'code':
      return `<p class="ink" style="${STYLES.paragraph};margin-bottom:8px">${escapeHtml(block.label)}</p>\n${table(
        `<tr><td class="code ink" style="${STYLES.code}">${breakable(block.code)}</td></tr>`,
        'width="100%" style="margin:0 0 24px;border-collapse:separate"',
      )}`;
    case 'steps':
      return `<ol class="ink" style="margin:0 0 16px;padding:0 0 0 24px">\n${block.items
        .map((item) => `<li class="ink" style="${STYLES.item}">${escapeHtml(item)}</li>`)
        .join('\n')}\n</ol>`;
    case 'link':
      return `<p style="margin:0 0 12px"><a class="link" href="${escapeHtml(block.url)}" style="${STYLES.link}">${escapeHtml(block.label)}</a></p>`;
  }
};

/**
 * Renders message content as HTML: one column for phones, light and dark, without external resources or tracking. All
 * content is escaped.
 */
export const htmlLayout = ({
  language,
  productName,
  subject,
  preheader,
  heading,
  blocks,
  footer,
}: MessageContent): string => {
  const column = table(
    `<tr><td class="soft" style="${STYLES.brand}">${escapeHtml(productName)}</td></tr>
<tr><td class="card" bgcolor="#ffffff" style="${STYLES.card}">
<h1 class="ink" style="${STYLES.heading}">${escapeHtml(heading)}</h1>
${blocks.map(blockHtml).join('\n')}
</td></tr>
<tr><td class="soft" style="${STYLES.footer}">${escapeHtml(footer)}</td></tr>`,
    'width="100%" align="center" style="max-width:560px"',
  );
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>${escapeHtml(subject)}</title>
<style>${STYLE_BLOCK}
</style>
</head>
<body class="page" style="${STYLES.page}">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preheader)}${PREHEADER_FILLER}</div>
${table(
  `<tr><td class="page" align="center" style="padding:24px 12px;background-color:#eef1f5">
<!--[if mso]><table role="presentation" width="560" align="center"><tr><td><![endif]-->
${column}
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>`,
)}
</body>
</html>
`;
};
