package branding

import (
	"fmt"
	"strings"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// Neutral is the colour of whoever chose none.
const Neutral = "#5351c8"

// The contrasts that hold, on hex.
const (
	TextContrast  = 4.5
	SolidContrast = 3.0
)

// Scale is the twelve steps on one kind of page; Steps[0] is step 1.
type Scale struct {
	Steps    [12]Color
	Contrast Color // text upon steps 9 and 10
}

// Theme is a brand on light and on dark pages.
type Theme struct{ Light, Dark Scale }

// shade is a step as it would be for a brand of chroma 0.185: the shape of the
// neutral theme in web/src/app/tokens.css.
type shade struct{ l, c float64 }

// ground is a kind of page.
type ground struct {
	shades   [12]shade
	surfaces []string // every neutral surface that text of step 11 may stand on
	page     string   // the one that solids stand on
	away     float64  // the direction of lightness away from the page
}

var light = ground{
	shades: [12]shade{
		{.993, .003},
		{.982, .008},
		{.96, .018},
		{.93, .034},
		{.895, .052},
		{.85, .073},
		{.785, .1},
		{.69, .135},
		{.51, .185},
		{.465, .18},
		{.47, .175},
		{.28, .09},
	},
	surfaces: []string{"#ffffff", grey(.977), grey(.965), grey(.945)}, page: "#ffffff", away: -1,
}

var dark = ground{
	shades: [12]shade{
		{.19, .015},
		{.215, .025},
		{.27, .055},
		{.31, .075},
		{.355, .09},
		{.405, .105},
		{.465, .125},
		{.54, .15},
		{.55, .18},
		{.595, .17},
		{.79, .105},
		{.92, .04},
	},
	surfaces: []string{grey(.165), grey(.19), grey(.225), grey(.245), grey(.28)}, page: grey(.225), away: 1,
}

const (
	usualChroma = 0.185
	maxChroma   = 0.30 // beyond it nothing is in sRGB
	hover       = 0.045
	step        = 0.0025 // of lightness, while solving
)

func grey(l float64) string { return OKLCH{L: l, C: 0.008, H: 265}.shown().Hex }

// NewTheme makes a theme of one colour, "#rgb" or "#rrggbb"; "" is Neutral.
// Error: Invalid at "primary_color".
func NewTheme(color string) (Theme, error) {
	if color == "" {
		color = Neutral
	}
	parsed, ok := parseHex(color)
	if !ok {
		return Theme{}, fault.New(fault.Invalid, "branding.color", "Some fields need mending.").
			At("primary_color", "Write it as hex, like #0f6fde.")
	}
	brand := parsed.oklch()
	return Theme{Light: light.scale(brand), Dark: dark.scale(brand)}, nil
}

func (g ground) scale(brand OKLCH) Scale {
	var out Scale
	strength := min(brand.C, maxChroma) / usualChroma
	for i, s := range g.shades {
		out.Steps[i] = OKLCH{L: s.l, C: s.c * strength, H: brand.H}.shown()
	}
	out.Steps[8], out.Steps[9], out.Contrast = g.solid(brand)
	text := append([]string{out.Steps[2].Hex, out.Steps[3].Hex}, g.surfaces...)
	out.Steps[10] = g.readable(out.Steps[10].OKLCH, text)
	out.Steps[11] = g.readable(out.Steps[11].OKLCH, text)
	return out
}

// readable moves a colour away from the page until it can be read on every
// surface.
func (g ground) readable(o OKLCH, surfaces []string) Color {
	for c := o.shown(); ; c = o.shown() {
		if holds(c.Hex, TextContrast, surfaces) || o.L <= 0 || o.L >= 1 {
			return c
		}
		o.L += g.away * step
	}
}

// solid is the brand's own colour, or the nearest lightness at which it stands
// out from the page and carries text, both at rest and hovered.
func (g ground) solid(brand OKLCH) (rest, hovered, contrast Color) {
	ink := []Color{OKLCH{L: 1}.shown(), OKLCH{L: 0.16, C: min(brand.C, 0.02), H: brand.H}.shown()}
	for distance := 0.0; distance <= 1; distance += step {
		for _, l := range []float64{brand.L + g.away*distance, brand.L - g.away*distance} {
			if l < 0 || l > 1 {
				continue
			}
			rest = OKLCH{L: l, C: brand.C, H: brand.H}.shown()
			for _, contrast = range ink {
				for _, change := range []float64{g.away * hover, -g.away * hover} {
					hovered = OKLCH{L: l + change, C: brand.C, H: brand.H}.shown()
					if g.carries(rest, contrast) && g.carries(hovered, contrast) {
						return rest, hovered, contrast
					}
				}
			}
		}
	}
	return rest, hovered, contrast // impossible: a test walks the whole space
}

func (g ground) carries(solid, text Color) bool {
	return Contrast(solid.Hex, g.page) >= SolidContrast && Contrast(solid.Hex, text.Hex) >= TextContrast
}

func holds(hex string, ratio float64, surfaces []string) bool {
	for _, s := range surfaces {
		if Contrast(hex, s) < ratio {
			return false
		}
	}
	return true
}

// Tokens are the scale's colours as hex by name: brand-1 to brand-12 and
// brand-contrast.
func (s Scale) Tokens() map[string]string {
	out := map[string]string{"brand-contrast": s.Contrast.Hex}
	for i, c := range s.Steps {
		out[fmt.Sprintf("brand-%d", i+1)] = c.Hex
	}
	return out
}

// CSS sets the tokens as variables: on light pages, and where the root element
// says data-theme=dark.
func (t Theme) CSS() string {
	return ":root{" + t.Light.variables() + "}:root[data-theme=dark]{" + t.Dark.variables() + "}"
}

func (s Scale) variables() string {
	var b strings.Builder
	for i, c := range s.Steps {
		fmt.Fprintf(&b, "--brand-%d:%s;", i+1, c.Hex)
	}
	return b.String() + "--brand-contrast:" + s.Contrast.Hex
}
