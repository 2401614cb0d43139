// Package branding makes a reseller's look from one colour.
//
// NewTheme turns the colour into a scale of twelve steps for light pages and
// one for dark pages, in OKLCH, where equal steps look equal. The hue stays the
// brand's; the lightness of what must be read or found is solved until its
// contrast holds on the rounded hex, as a browser will show it: 4.5 for text
// (WCAG 2.2, 1.4.3), 3.0 for solids and focus rings (1.4.11).
//
// What the steps are for: 1 and 2 backgrounds, 3 to 5 soft fills (resting,
// hovered, pressed), 6 to 8 lines, 9 the solid, 10 the solid hovered, 11 text,
// 12 strong text; contrast is the text upon 9 and 10.
//
// Tables, events, jobs: none. The package is pure.
package branding
