package statuspage

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// site is what all editions share.
type site struct {
	name     string
	url      *url.URL
	location *time.Location
	template *pageTemplate
}

// edition is the site at one time. It renders each document once.
type edition struct {
	site
	*Snapshot
	documents sync.Map // of functions that return a *document, by key
}

func (s site) edition(snapshot *Snapshot) *edition { return &edition{site: s, Snapshot: snapshot} }

// document is a rendered response.
type document struct {
	contentType   string
	etag          string
	body, gzipped []byte
}

// document returns the document with a key, which must come from a bounded set.
func (e *edition) document(key, contentType string, render func(w io.Writer) error) (*document, error) {
	once, _ := e.documents.LoadOrStore(key, sync.OnceValues(func() (*document, error) {
		var body, gzipped bytes.Buffer
		if err := render(&body); err != nil {
			return nil, err
		}
		compressor := gzip.NewWriter(&gzipped)
		_, _ = compressor.Write(body.Bytes()) // a buffer accepts every write
		_ = compressor.Close()
		// Weak, since it is the same for both encodings.
		etag := fmt.Sprintf(`W/"%x"`, sha256.Sum256(body.Bytes()))[:20] + `"`
		return &document{contentType, etag, body.Bytes(), gzipped.Bytes()}, nil
	}))
	return once.(func() (*document, error))()
}

// serve writes the document, or status 304 if the client has it.
func (d *document) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", d.contentType)
	header.Set("ETag", d.etag)
	header.Add("Vary", "Accept-Encoding")
	body := d.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		body = d.gzipped
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
