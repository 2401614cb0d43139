package branding

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// OKLCH is a colour: lightness 0 to 1, chroma from 0, hue in degrees
// (https://bottosson.github.io/posts/oklab/).
type OKLCH struct{ L, C, H float64 }

// Color is an OKLCH colour and the nearest hex that a screen shows.
type Color struct {
	OKLCH OKLCH
	Hex   string // "#5b5bd6"
}

var hexForm = regexp.MustCompile(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`)

type rgb struct{ r, g, b float64 } // linear light, 0 to 1

// parseHex reads "#rgb" or "#rrggbb".
func parseHex(s string) (rgb, bool) {
	if !hexForm.MatchString(s) {
		return rgb{}, false
	}
	if len(s) == 4 {
		s = string([]byte{'#', s[1], s[1], s[2], s[2], s[3], s[3]})
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return rgb{}, false
	}
	return rgb{linear(n >> 16 & 0xff), linear(n >> 8 & 0xff), linear(n & 0xff)}, true
}

// linear undoes the sRGB transfer curve (IEC 61966-2-1).
func linear(channel uint64) float64 {
	v := float64(channel) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func channel(v float64) int {
	if v <= 0.0031308 {
		v *= 12.92
	} else {
		v = 1.055*math.Pow(v, 1/2.4) - 0.055
	}
	return int(math.Round(min(max(v, 0), 1) * 255))
}

func (c rgb) hex() string {
	return fmt.Sprintf("#%02x%02x%02x", channel(c.r), channel(c.g), channel(c.b))
}

func (c rgb) inGamut() bool {
	const slack = 1e-4 // less than half a step of eight bits
	for _, v := range []float64{c.r, c.g, c.b} {
		if v < -slack || v > 1+slack {
			return false
		}
	}
	return true
}

// luminance is WCAG's relative luminance.
func (c rgb) luminance() float64 { return 0.2126*c.r + 0.7152*c.g + 0.0722*c.b }

func (c rgb) oklch() OKLCH {
	l := math.Cbrt(0.4122214708*c.r + 0.5363325363*c.g + 0.0514459929*c.b)
	m := math.Cbrt(0.2119034982*c.r + 0.6806995451*c.g + 0.1073969566*c.b)
	s := math.Cbrt(0.0883024619*c.r + 0.2817188376*c.g + 0.6299787005*c.b)
	a := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	b := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	h := math.Atan2(b, a) * 180 / math.Pi
	if h < 0 {
		h += 360
	}
	return OKLCH{L: 0.2104542553*l + 0.7936177850*m - 0.0040720468*s, C: math.Hypot(a, b), H: h}
}

func (o OKLCH) rgb() rgb {
	a, b := o.C*math.Cos(o.H*math.Pi/180), o.C*math.Sin(o.H*math.Pi/180)
	l, m, s := o.L+0.3963377774*a+0.2158037573*b, o.L-0.1055613458*a-0.0638541728*b, o.L-0.0894841775*a-1.2914855480*b
	l, m, s = l*l*l, m*m*m, s*s*s
	return rgb{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	}
}

// shown gives the colour as a screen can show it: with as much of its chroma as
// the gamut holds at its lightness and hue.
func (o OKLCH) shown() Color {
	o.L = min(max(o.L, 0), 1)
	if !o.rgb().inGamut() {
		low, high := 0.0, o.C
		for range 24 {
			o.C = (low + high) / 2
			if o.rgb().inGamut() {
				low = o.C
			} else {
				high = o.C
			}
		}
		o.C = low
	}
	return Color{OKLCH: o, Hex: o.rgb().hex()}
}

// Contrast is WCAG's ratio of two hex colours, 1 to 21; 0 if one is no colour.
func Contrast(a, b string) float64 {
	x, okX := parseHex(a)
	y, okY := parseHex(b)
	if !okX || !okY {
		return 0
	}
	light, dark := x.luminance(), y.luminance()
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}
