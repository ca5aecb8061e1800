package statuspage

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// The types below are the elements of Atom, RFC 4287.
type (
	atomFeed struct {
		XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string      `xml:"xml:lang,attr"`
		ID      string      `xml:"id"`
		Title   string      `xml:"title"`
		Updated string      `xml:"updated"`
		Author  string      `xml:"author>name"`
		Links   []atomLink  `xml:"link"`
		Entries []atomEntry `xml:"entry"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	}
	atomEntry struct {
		ID        string      `xml:"id"`
		Title     string      `xml:"title"`
		Published string      `xml:"published"`
		Updated   string      `xml:"updated"`
		Link      atomLink    `xml:"link"`
		Content   atomContent `xml:"content"`
	}
	atomContent struct {
		Type string `xml:"type,attr"`
		Body string `xml:",chardata"`
	}
)

// writeFeed writes the incidents as an Atom feed. It changes only when an incident does.
func (e *edition) writeFeed(t *texts, w io.Writer) error {
	root := strings.TrimSuffix(e.url.String(), "/")
	feed := atomFeed{
		Lang: t.Lang, ID: root + "/", Title: fmt.Sprintf(t.Title, e.name), Author: e.name,
		Links: []atomLink{
			{"self", "application/atom+xml", root + "/history.atom?lang=" + t.Lang},
			{"alternate", "text/html", root + "/?lang=" + t.Lang},
		},
	}
	updated := time.Unix(0, 0)
	for _, i := range e.Incidents[:min(len(e.Incidents), maxIncidents)] {
		entry, err := e.atomEntry(t, i)
		if err != nil {
			return err
		}
		feed.Entries = append(feed.Entries, entry)
		if i.Updated().After(updated) {
			updated = i.Updated()
		}
	}
	feed.Updated = atomTime(updated)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return xml.NewEncoder(w).Encode(feed)
}

func (e *edition) atomEntry(t *texts, i Incident) (atomEntry, error) {
	var body strings.Builder
	for _, u := range slices.Backward(i.Updates) {
		html, err := markdown(t.textOf(i, u))
		if err != nil {
			return atomEntry{}, err
		}
		fmt.Fprintf(&body, "<p><strong>%s</strong> %s</p>%s", t.Stage[u.Status], e.stamp(u.Time).UTC, html)
	}
	return atomEntry{
		ID: e.incidentURL(i), Title: t.titleOf(i), Published: atomTime(i.Start), Updated: atomTime(i.Updated()),
		Link: atomLink{"alternate", "text/html", e.incidentURL(i)}, Content: atomContent{"html", body.String()},
	}, nil
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
