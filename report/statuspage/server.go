package statuspage

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/text/language"
)

// server serves the current edition.
type server struct {
	edition   *atomic.Pointer[edition]
	languages map[string]*texts
	matcher   language.Matcher
}

// render writes a document of an edition in a language.
type render func(e *edition, t *texts, w io.Writer) error

func (m *monitor) handler() http.Handler {
	s := &server{edition: &m.edition, languages: languages(), matcher: language.NewMatcher([]language.Tag{language.English, language.Korean})}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.page((*edition).writeFront))
	mux.Handle("GET /history", s.page((*edition).writeHistory))
	mux.HandleFunc("GET /incidents/{id}", s.serveIncident)
	for path, content := range apiDocuments() {
		mux.Handle("GET /api/v2/"+path+".json", s.shared("application/json; charset=utf-8", content))
	}
	mux.Handle("GET /history.atom", s.shared("application/atom+xml; charset=utf-8", (*edition).writeFeed))
	mux.Handle("GET /badge.svg", s.shared("image/svg+xml; charset=utf-8", (*edition).writeBadge))
	mux.Handle("GET /favicon.svg", s.shared("image/svg+xml; charset=utf-8", (*edition).writeIcon))
	mux.HandleFunc("GET /style.css", m.site.template.serveStyle)
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		fmt.Fprintln(w, "The status page is healthy.")
	})
	return secure(mux)
}

// secure adds the headers that all responses share.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		if r.TLS != nil {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// page serves a document in the language of the visitor.
func (s *server) page(content render) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := s.textsFor(r)
		w.Header().Add("Vary", "Accept-Language")
		w.Header().Set("Content-Language", t.Lang)
		s.serve(w, r, t, "text/html; charset=utf-8", content)
	})
}

// shared serves a document that other sites and programs read. It is in English unless its URL asks
// for another language.
func (s *server) shared(contentType string, content render) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, found := s.languages[r.URL.Query().Get("lang")]
		if !found {
			t = s.languages["en"]
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		s.serve(w, r, t, contentType, content)
	})
}

func (s *server) serveIncident(w http.ResponseWriter, r *http.Request) {
	for _, i := range s.edition.Load().Incidents {
		if i.ID == r.PathValue("id") {
			s.page(func(e *edition, t *texts, w io.Writer) error { return e.writeIncident(t, i, w) }).ServeHTTP(w, r)
			return
		}
	}
	http.NotFound(w, r)
}

func (s *server) serve(w http.ResponseWriter, r *http.Request, t *texts, contentType string, content render) {
	e := s.edition.Load()
	d, err := e.document(t.Lang+" "+r.URL.Path, contentType, func(w io.Writer) error { return content(e, t, w) })
	if err != nil {
		http.Error(w, "The page cannot be rendered.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(refreshInterval/time.Second)))
	d.serve(w, r)
}

// textsFor returns the texts in the language of ?lang=, or else of Accept-Language.
func (s *server) textsFor(r *http.Request) *texts {
	if t, found := s.languages[r.URL.Query().Get("lang")]; found {
		return t
	}
	tag, _ := language.MatchStrings(s.matcher, strings.Join(r.Header.Values("Accept-Language"), ","))
	base, _ := tag.Base()
	return s.languages[base.String()]
}
