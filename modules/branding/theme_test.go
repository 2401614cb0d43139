package branding_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/modules/branding"
	"github.com/omnicrm/omnicrm/platform/fault"
)

var hex = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// pages are the pages of both themes, as a screen shows them.
var surfaces = map[string][]string{
	"light": {"#ffffff", "#f6f7f8", "#f2f3f5", "#ebedf0"},
	"dark":  {"#0d0e11", "#121316", "#1a1b1f", "#1f2024", "#27292e"},
}

// check holds a scale against what it promises.
func check(t interface{ Errorf(string, ...any) }, brand, name string, s branding.Scale) {
	for i, c := range s.Steps {
		if !hex.MatchString(c.Hex) {
			t.Errorf("%s %s: step %d is %q", brand, name, i+1, c.Hex)
		}
	}
	at := func(n int) string { return s.Steps[n-1].Hex }
	page := surfaces[name][0]
	for _, n := range []int{9, 10} {
		if got := branding.Contrast(at(n), page); got < branding.SolidContrast {
			t.Errorf("%s %s: the solid %d (%s) stands out by %.2f only", brand, name, n, at(n), got)
		}
		if got := branding.Contrast(at(n), s.Contrast.Hex); got < branding.TextContrast {
			t.Errorf("%s %s: text %s on %d (%s) has %.2f", brand, name, s.Contrast.Hex, n, at(n), got)
		}
	}
	for _, n := range []int{11, 12} {
		for _, ground := range append([]string{at(3), at(4)}, surfaces[name]...) {
			if got := branding.Contrast(at(n), ground); got < branding.TextContrast {
				t.Errorf("%s %s: text %d (%s) on %s has %.2f", brand, name, n, at(n), ground, got)
			}
		}
	}
	for i := range 7 {
		rising := s.Steps[i].OKLCH.L < s.Steps[i+1].OKLCH.L
		if rising != (name == "dark") {
			t.Errorf("%s %s: steps %d and %d are out of order", brand, name, i+1, i+2)
		}
	}
}

func TestContrastHoldsForAnyColour(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		brand := fmt.Sprintf("#%06x", rapid.IntRange(0, 0xffffff).Draw(t, "colour"))
		theme, err := branding.NewTheme(brand)
		if err != nil {
			t.Fatal(err)
		}
		check(t, brand, "light", theme.Light)
		check(t, brand, "dark", theme.Dark)
	})
}

func TestContrastHoldsOverTheWholeCube(t *testing.T) {
	t.Parallel()
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				brand := fmt.Sprintf("#%02x%02x%02x", r, g, b)
				theme, err := branding.NewTheme(brand)
				if err != nil {
					t.Fatal(err)
				}
				check(t, brand, "light", theme.Light)
				check(t, brand, "dark", theme.Dark)
			}
		}
	}
}

func TestAColourThatCarriesTextStaysItself(t *testing.T) {
	t.Parallel()
	for _, brand := range []string{"#0f6fde", "#b42318", "#0b7a53"} {
		theme, err := branding.NewTheme(brand)
		if err != nil {
			t.Fatal(err)
		}
		if got := theme.Light.Steps[8].Hex; got != brand {
			t.Errorf("%s became %s", brand, got)
		}
	}
}

func TestTheHueStaysTheBrands(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		brand := fmt.Sprintf("#%06x", rapid.IntRange(0, 0xffffff).Draw(t, "colour"))
		theme, err := branding.NewTheme(brand)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []branding.Scale{theme.Light, theme.Dark} {
			for i, c := range s.Steps {
				if gap := math.Abs(c.OKLCH.H - s.Steps[0].OKLCH.H); gap > 1e-6 {
					t.Errorf("%s: step %d turned by %.3f degrees", brand, i+1, gap)
				}
			}
		}
	})
}

func TestWhatIsNoColourIsRefusedWithItsMend(t *testing.T) {
	t.Parallel()
	for _, color := range []string{"red", "#12", "#1234567", "0f6fde", "#00000g", "#fff;}body{display:none"} {
		_, err := branding.NewTheme(color)
		f, ok := fault.As(err)
		if !ok || f.Code != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != "primary_color" {
			t.Errorf("%q: got %v", color, err)
		}
	}
}

func TestTheStyleSheetHoldsEveryTokenOfBothThemes(t *testing.T) {
	t.Parallel()
	theme, err := branding.NewTheme("")
	if err != nil {
		t.Fatal(err)
	}
	css := theme.CSS()
	for name, value := range theme.Light.Tokens() {
		if !strings.Contains(css, "--"+name+":"+value) {
			t.Errorf("light %s: %s is missing in %s", name, value, css)
		}
	}
	for name, value := range theme.Dark.Tokens() {
		if !strings.Contains(css, "--"+name+":"+value) {
			t.Errorf("dark %s: %s is missing in %s", name, value, css)
		}
	}
	if n := len(theme.Light.Tokens()); n != 13 {
		t.Errorf("%d tokens, want 13", n)
	}
}
