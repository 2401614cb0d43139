package apiserver

import (
	"context"
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
			return &brandOutput{Body: brandOf(callOf(ctx).agency)}, nil
		})
}
