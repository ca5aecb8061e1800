package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// scraper asks as Prometheus does: OpenMetrics, compressed, on a connection that it keeps.
type scraper struct{ client *http.Client }

func newScraper() scraper {
	return scraper{&http.Client{Transport: &http.Transport{DisableCompression: true}, Timeout: 30 * time.Second}}
}

// page is one answer.
type page struct {
	took       time.Duration
	compressed int
	text       string
}

func (s scraper) scrape(ctx context.Context, url string) (page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return page{}, fmt.Errorf("scraping: %w", err)
	}
	request.Header.Set("Accept", "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3")
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "10")
	started := time.Now()
	response, err := s.client.Do(request)
	if err != nil {
		return page{}, fmt.Errorf("scraping: %w", err)
	}
	body, err := io.ReadAll(response.Body)
	took := time.Since(started)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return page{}, fmt.Errorf("scraping: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return page{}, fmt.Errorf("scraping: %s: %s", response.Status, body)
	}
	text, err := plain(response, body)
	return page{took: took, compressed: len(body), text: text}, err
}

func plain(response *http.Response, body []byte) (string, error) {
	if response.Header.Get("Content-Encoding") != "gzip" {
		return string(body), nil
	}
	reader, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("reading a scrape: %w", err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		return "", fmt.Errorf("reading a scrape: %w", err)
	}
	return string(text), nil
}

// complete is an error for a scrape that lacks something: what does not work costs nothing.
func (p page) complete() error {
	if !strings.Contains(p.text, "\npg_up") {
		return errors.New("the scrape says nothing of a database")
	}
	for line := range strings.Lines(p.text) {
		failing := strings.HasPrefix(line, "marketplace_source_failing{")
		down := strings.HasPrefix(line, "pg_up") && !strings.HasSuffix(line, " 1\n") && !strings.HasSuffix(line, " 1.0\n")
		if failing || down {
			return fmt.Errorf("the scrape is not complete: %s", strings.TrimSpace(line))
		}
	}
	return nil
}

// series counts the samples.
func (p page) series() int {
	count := 0
	for line := range strings.Lines(p.text) {
		if !strings.HasPrefix(line, "#") {
			count++
		}
	}
	return count
}

// value is that of the sample that has the name and no labels; 0 where there is none.
func (p page) value(name string) float64 {
	_, rest, _ := strings.Cut(p.text, "\n"+name+" ")
	number, _, _ := strings.Cut(rest, "\n")
	value, _ := strconv.ParseFloat(number, 64)
	return value
}
