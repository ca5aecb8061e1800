package intake

import (
	"fmt"
	"net/http"
)

// Reason says why a delivery was refused. The set is closed, since it becomes a label.
type Reason string

// The reasons there are.
const (
	ReasonSignature        Reason = "signature"
	ReasonTooLarge         Reason = "too_large"
	ReasonTooLargeInflated Reason = "too_large_inflated"
	ReasonTooManyRows      Reason = "too_many_rows"
	ReasonMediaType        Reason = "media_type"
	ReasonEncoding         Reason = "encoding"
	ReasonMalformed        Reason = "malformed"
	ReasonBusy             Reason = "busy"
	ReasonRead             Reason = "read" // the body broke off, or was too slow
	ReasonMethod           Reason = "method"
	ReasonInternal         Reason = "internal" // a defect of ours
	ReasonPath             Reason = "path"     // no drain has it
)

// none is the reason of what is not refused.
const none Reason = ""

// refusal is what a sender is told. There is nothing of its request in it, so that it is made once.
type refusal struct {
	reason     Reason
	status     int
	text, hint string // the hint is for the operator, to whom Vercel shows the answer
}

func refusals() []refusal {
	return []refusal{
		{
			ReasonSignature, http.StatusUnauthorized, "the signature is missing, or no secret has made it",
			"the secret of the drain must be a line of --vercel.secret-file",
		},
		{
			ReasonTooLarge, http.StatusRequestEntityTooLarge, "the body is larger than --vercel.max-body allows",
			"let the drain compress, or raise the limit",
		},
		{
			ReasonTooLargeInflated, http.StatusRequestEntityTooLarge, "the body inflates to more than --vercel.max-inflated allows",
			"raise the limit if the sender means it",
		},
		{
			ReasonTooManyRows, http.StatusRequestEntityTooLarge, "the body has more rows than --vercel.max-rows allows",
			"raise the limit if the sender means it",
		},
		{
			ReasonMediaType, http.StatusUnsupportedMediaType, "the content type is none that this drain can read",
			"choose JSON or NDJSON; traces may be protobuf, too",
		},
		{
			ReasonEncoding, http.StatusUnsupportedMediaType, "the content encoding is none that can be read",
			"choose gzip or none",
		},
		{
			ReasonMalformed, http.StatusBadRequest, "the body is not what its headers and its path say",
			"look at the encoding of the drain, and whether its endpoint is the path of its kind",
		},
		{
			ReasonBusy, http.StatusTooManyRequests, "as many deliveries as --vercel.max-requests allows are under way, or as much as they may hold",
			"send it again in a second",
		},
		{
			ReasonRead, http.StatusBadRequest, "the body broke off, or took too long",
			"look at what is between the sender and the exporter",
		},
		{
			ReasonMethod, http.StatusMethodNotAllowed, "deliveries are posted",
			"a GET is answered where --vercel.verify-token is set",
		},
		{
			ReasonInternal, http.StatusInternalServerError, "the exporter failed at this delivery",
			"its log says where",
		},
		{
			ReasonPath, http.StatusNotFound, "there is no drain at this path",
			"docs/vercel.md names the path of each",
		},
	}
}

// answer is a response that is ready to be written.
type answer struct {
	status int
	body   []byte
}

func answers() map[Reason]answer {
	all := map[Reason]answer{}
	for _, r := range refusals() {
		body := fmt.Appendf(nil, "{\"code\":%q,\"error\":%q,\"hint\":%q}\n", r.reason, r.text, r.hint)
		all[r.reason] = answer{r.status, body}
	}
	return all
}
