/** A turned key. Without an icon, browsers would request /favicon.ico. */
export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#1d4ed8"/>
<g transform="rotate(-45 16 16)" fill="none" stroke="#ffffff" stroke-width="2.6" stroke-linecap="round">
<circle cx="9.5" cy="16" r="4.2"/>
<path d="M13.7 16H26M22 16v4.2M26 16v3"/>
</g>
</svg>
`;
