/** The colours of one theme. */
export interface Theme {
  page: string;
  card: string;
  ink: string;
  soft: string;
  field: string;
  border: string;
  accent: string;
  onAccent: string;
  good: string;
  goodCard: string;
  bad: string;
  badCard: string;
}

/** Both themes; a test checks every pair of foreground and background against WCAG 2.2 AA (1.4.3 and 1.4.11). */
export const PALETTE: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    page: '#eef1f5',
    card: '#ffffff',
    ink: '#15191f',
    soft: '#4a5361',
    field: '#ffffff',
    border: '#7a8594',
    accent: '#1d4ed8',
    onAccent: '#ffffff',
    good: '#14713a',
    goodCard: '#edf8f1',
    bad: '#b3261e',
    badCard: '#fdf0ef',
  },
  dark: {
    page: '#0f1318',
    card: '#1a2028',
    ink: '#eceff3',
    soft: '#a9b3c0',
    field: '#10151b',
    border: '#7d8998',
    accent: '#9dbdff',
    onAccent: '#0f1a33',
    good: '#6fd498',
    goodCard: '#14261c',
    bad: '#ff9d94',
    badCard: '#2d1a1a',
  },
};
