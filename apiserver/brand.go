package apiserver

import (
	"context"
	"sync"

	"github.com/omnicrm/omnicrm/modules/branding"
	"github.com/omnicrm/omnicrm/modules/directory"
)

// Brand is how the app looks at a host.
type Brand struct {
	Name        string      `json:"name" doc:"The agency's name as a resource." example:"acme"`
	DisplayName string      `json:"display_name" doc:"What people read." example:"Acme Marketing"`
	LogoURL     string      `json:"logo_url,omitempty" format:"uri" doc:"Where the logo is; absent when there is none." example:"https://acme.example/logo.svg"`
	Colors      BrandColors `json:"colors" doc:"The colours as CSS values by token."`
	AgencyHost  bool        `json:"agency_host" doc:"Whether the host belongs to an agency." example:"true"`
}

// BrandColors are the tokens of both themes.
type BrandColors struct {
	Light map[string]string `json:"light" doc:"On a light page: brand-1 to brand-12 and brand-contrast." example:"{\"brand-9\":\"#0f6fde\",\"brand-contrast\":\"#ffffff\"}"`
	Dark  map[string]string `json:"dark" doc:"The same on a dark page." example:"{\"brand-9\":\"#1b76e6\",\"brand-contrast\":\"#ffffff\"}"`
}

type brandOutput struct{ Body Brand }

func (s *server) getBrand() operation {
	return op("get-brand", "Read the brand of this host",
		"What the sign-in page shows before anybody is known. A host that nobody has set up answers 404 with the code host.unknown.",
		func(ctx context.Context, _ *struct{}) (*brandOutput, error) {
			return &brandOutput{Body: s.brandOf(callOf(ctx).agency)}, nil
		})
}

func (s *server) brandOf(a directory.Agency) Brand {
	t := s.themeOf(a)
	return Brand{
		Name: a.Name, DisplayName: a.DisplayName, LogoURL: a.Branding.LogoURL, AgencyHost: true,
		Colors: BrandColors{Light: t.light, Dark: t.dark},
	}
}

// theme is a brand's colours as they are sent.
type theme struct {
	light, dark map[string]string
	css         string
}

// themes remembers the themes of colours: one takes a millisecond to solve.
type themes struct {
	mu    sync.Mutex
	known map[string]theme
}

const maxThemes = 10_000 // some 30 MB; as many brands in one process are not to be expected

func (s *server) themeOf(a directory.Agency) theme { return s.themes.of(a.Branding.PrimaryColor) }

func (t *themes) of(color string) theme {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.known[color]; ok {
		return known
	}
	made, err := branding.NewTheme(color)
	if err != nil {
		// The resource's admission refuses what is no colour; a page that looks
		// neutral is better than none.
		return t.neutral()
	}
	if len(t.known) >= maxThemes || t.known == nil {
		t.known = map[string]theme{}
	}
	this := wireTheme(made)
	if color == "" {
		this.css = "" // the application's own tokens are the neutral brand
	}
	t.known[color] = this
	return this
}

func (t *themes) neutral() theme {
	made, err := branding.NewTheme("")
	if err != nil {
		return theme{} // impossible: Neutral is a colour
	}
	return wireTheme(made)
}

func wireTheme(t branding.Theme) theme {
	return theme{light: t.Light.Tokens(), dark: t.Dark.Tokens(), css: t.CSS()}
}
