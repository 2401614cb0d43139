package main

import (
	"image/color"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

type series struct {
	Name string
	X, Y []float64
}

type plotted struct {
	Name   string
	Title  string
	XLabel string `json:"x_label"`
	YLabel string `json:"y_label"`
	Series []series
}

// colours that stay apart for the colour-blind (Okabe and Ito, 2008).
var colours = []color.Color{
	color.RGBA{0, 114, 178, 255}, color.RGBA{213, 94, 0, 255}, color.RGBA{0, 158, 115, 255}, color.RGBA{204, 121, 167, 255},
}

// draw writes the plot as an SVG named after it into the folder.
func (p *plotted) draw(folder string) error {
	picture := plot.New()
	picture.Title.Text, picture.X.Label.Text, picture.Y.Label.Text = p.Title, p.XLabel, p.YLabel
	picture.Add(plotter.NewGrid())
	picture.Legend.Top = true
	picture.Legend.Left = true
	picture.Y.Min = 0
	for i, s := range p.Series {
		points := make(plotter.XYs, len(s.X))
		for j := range s.X {
			points[j] = plotter.XY{X: s.X[j], Y: s.Y[j]}
		}
		line, err := plotter.NewLine(points)
		if err != nil {
			return err
		}
		line.Width, line.Color = vg.Points(1.5), colours[i%len(colours)]
		picture.Add(line)
		picture.Legend.Add(s.Name, line)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return picture.Save(16*vg.Centimeter, 9*vg.Centimeter, filepath.Join(folder, strings.ReplaceAll(p.Name, "/", "-")+".svg"))
}
