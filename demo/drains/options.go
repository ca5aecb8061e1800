package drains

import (
	"fmt"
	"log/slog"
	"net/url"
)

// Options say where drains go and how busy the website is.
type Options struct {
	URL    string       // root of the receiver, such as http://localhost:9848; drains go to paths below it
	Secret string       // that deliveries are signed with
	Rate   float64      // requests a second, static files included; 0 means 300
	Seed   uint64       // another seed, other people
	Log    *slog.Logger // gets the deliveries that fail; nil for silence
}

const defaultRate = 300

func (o Options) withDefaults() (Options, error) {
	if address, err := url.Parse(o.URL); err != nil || address.Host == "" || (address.Scheme != "http" && address.Scheme != "https") {
		return o, fmt.Errorf("sending drains to %q: it is no address; hint: such as http://localhost:9848", o.URL)
	}
	if o.Secret == "" {
		return o, fmt.Errorf("sending drains to %s: the secret is empty; hint: the receiver's --vercel.secret-file has one", o.URL)
	}
	if o.Rate <= 0 {
		o.Rate = defaultRate
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o, nil
}
