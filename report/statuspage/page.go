package statuspage

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"time"

	"github.com/yuin/goldmark"
)

// frontDays is how long the front page lists an incident.
const frontDays = 14

//go:embed page.html style.css badge.svg
var assets embed.FS

// pageTemplate is the parsed template of the page and its style sheet.
type pageTemplate struct {
	*template.Template
	style    []byte
	styleURL string // changes with the style sheet, so that clients may keep it
}

func newPageTemplate() *pageTemplate {
	style, err := assets.ReadFile("style.css")
	if err != nil {
		panic(err) // the file is embedded
	}
	parsed := template.New("").Funcs(template.FuncMap{"markdown": markdown, "args": newIncidentData})
	return &pageTemplate{
		Template: template.Must(parsed.ParseFS(assets, "page.html", "badge.svg")),
		style:    style,
		styleURL: fmt.Sprintf("/style.css?v=%.8x", sha256.Sum256(style)),
	}
}

// markdown renders text without raw HTML and without links to scripts, which goldmark omits by
// default.
func markdown(text string) (template.HTML, error) {
	var out bytes.Buffer
	if err := goldmark.Convert([]byte(text), &out); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil //nolint:gosec // goldmark escapes the text
}

func (p *pageTemplate) serveStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.style))
}

func (e *edition) writeFront(t *texts, w io.Writer) error {
	v := e.view(t)
	for _, c := range e.Components {
		v.Components = append(v.Components, t.componentView(c))
	}
	v.Current, v.Past = e.incidentViews(t, e.Published.Add(-frontDays*day))
	v.Windows = e.windowViews(t)
	return e.template.ExecuteTemplate(w, "page", v)
}

func (e *edition) writeHistory(t *texts, w io.Writer) error {
	v := e.view(t)
	v.All = true
	v.Current, v.Past = e.incidentViews(t, time.Time{})
	return e.template.ExecuteTemplate(w, "page", v)
}

func (e *edition) writeIncident(t *texts, i Incident, w io.Writer) error {
	v := e.view(t)
	v.Incident = e.incidentView(t, i)
	v.Title = v.Incident.Title + " – " + v.Title
	return e.template.ExecuteTemplate(w, "page", v)
}

// incidentData is the data of the template of an incident.
type incidentData struct {
	Page     *view
	Incident *incidentView
	Heading  string // h1, h2 or h3
}

func newIncidentData(page *view, incident *incidentView, heading string) incidentData {
	return incidentData{page, incident, heading}
}
