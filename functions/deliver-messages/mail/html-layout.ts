import { type Html, html, joinHtml } from '../../../shared/primitives/html.ts';
import type { Block, MessageContent } from './message-content.ts';

const SANS = html`font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`;
const MONOSPACE = html`font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace`;

/** Inline, because many mail programs ignore style sheets; the classes are only for dark mode and narrow screens. */
const STYLES = {
  page: html`margin:0;padding:0;background-color:#eef1f5;${SANS}`,
  card: html`background-color:#ffffff;border-radius:12px;padding:32px 32px 18px;overflow-wrap:anywhere`,
  brand: html`padding:0 4px 16px;overflow-wrap:anywhere;${SANS};font-size:16px;line-height:24px;font-weight:600;color:#4a5361`,
  heading: html`margin:0 0 16px;${SANS};font-size:24px;line-height:32px;font-weight:700;color:#15191f`,
  paragraph: html`margin:0 0 16px;${SANS};font-size:16px;line-height:25px;color:#15191f`,
  note: html`margin:0 0 12px;${SANS};font-size:15px;line-height:23px;color:#4a5361`,
  button: html`display:block;padding:14px 20px;${SANS};font-size:17px;line-height:24px;font-weight:600;text-align:center;text-decoration:none;color:#ffffff`,
  code: html`padding:14px 12px;background-color:#f1f4f8;border:1px solid #d3dae3;border-radius:8px;${MONOSPACE};font-size:18px;line-height:28px;font-weight:600;text-align:center;text-wrap:balance;color:#15191f`,
  item: html`margin:0 0 10px;${SANS};font-size:16px;line-height:25px;color:#15191f`,
  link: html`display:inline-block;padding:4px 0;${SANS};font-size:16px;line-height:24px;color:#1d4ed8;text-decoration:underline`,
  footer: html`padding:16px 4px 0;overflow-wrap:anywhere;${SANS};font-size:13px;line-height:20px;color:#4a5361`,
};

const STYLE_BLOCK = html`
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
const PREHEADER_FILLER = joinHtml(Array.from({ length: 80 }, () => html`&#847;&zwnj;&nbsp;`));

const table = (rows: Html, attributes = html`width="100%"`): Html =>
  html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" ${attributes}>\n${rows}\n</table>`;

/** Lets a narrow screen break the code between its groups; copying it adds no character. */
const breakable = (code: string): Html =>
  joinHtml(
    code.split(/(?<=-)/).map((group) => html`<span style="white-space:nowrap">${group}</span>`),
    '<wbr>',
  );

const blockHtml = (block: Block): Html => {
  switch (block.kind) {
    case 'paragraph':
      return html`<p class="ink" style="${STYLES.paragraph}">${block.text}</p>`;
    case 'note':
      return html`<p class="soft" style="${STYLES.note}">${block.text}</p>`;
    case 'button':
      return table(
        html`<tr><td bgcolor="#1d4ed8" style="background-color:#1d4ed8;border-radius:8px"><a href="${block.url}" style="${STYLES.button}">${block.label}</a></td></tr>`,
        html`width="100%" style="margin:8px 0 24px;border-collapse:separate"`,
      );
    case 'code':
      return html`<p class="ink" style="${STYLES.paragraph};margin-bottom:8px">${block.label}</p>\n${table(
        html`<tr><td class="code ink" style="${STYLES.code}">${breakable(block.code)}</td></tr>`,
        html`width="100%" style="margin:0 0 24px;border-collapse:separate"`,
      )}`;
    case 'steps':
      return html`<ol class="ink" style="margin:0 0 16px;padding:0 0 0 24px">\n${joinHtml(
        block.items.map((item) => html`<li class="ink" style="${STYLES.item}">${item}</li>`),
        '\n',
      )}\n</ol>`;
    case 'link':
      return html`<p style="margin:0 0 12px"><a class="link" href="${block.url}" style="${STYLES.link}">${block.label}</a></p>`;
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
    html`<tr><td class="soft" style="${STYLES.brand}">${productName}</td></tr>
<tr><td class="card" bgcolor="#ffffff" style="${STYLES.card}">
<h1 class="ink" style="${STYLES.heading}">${heading}</h1>
${joinHtml(blocks.map(blockHtml), '\n')}
</td></tr>
<tr><td class="soft" style="${STYLES.footer}">${footer}</td></tr>`,
    html`width="100%" align="center" style="max-width:560px"`,
  );
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>${subject}</title>
<style>${STYLE_BLOCK}
</style>
</head>
<body class="page" style="${STYLES.page}">
<div style="display:none;max-height:0;overflow:hidden">${preheader}${PREHEADER_FILLER}</div>
${table(
  html`<tr><td class="page" align="center" style="padding:24px 12px;background-color:#eef1f5">
<!--[if mso]><table role="presentation" width="560" align="center"><tr><td><![endif]-->
${column}
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>`,
)}
</body>
</html>
`.text;
};
