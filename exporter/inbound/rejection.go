package inbound

import (
	"errors"
	"fmt"
	"net/http"
)

// Reason classifies rejected deliveries. The set is bounded, because it becomes a label value.
type Reason string

// The reasons of rejections.
const (
	ReasonSignature            Reason = "signature"
	ReasonTooLarge             Reason = "too_large"
	ReasonTooLargeDecompressed Reason = "too_large_decompressed"
	ReasonTooManyRows          Reason = "too_many_rows"
	ReasonMediaType            Reason = "media_type"
	ReasonEncoding             Reason = "encoding"
	ReasonMalformed            Reason = "malformed"
	ReasonBusy                 Reason = "busy"
	ReasonRead                 Reason = "read" // the body ended early or was too slow
	ReasonMethod               Reason = "method"
	ReasonInternal             Reason = "internal" // a defect of the exporter
	ReasonPath                 Reason = "path"     // no endpoint has the path
)

// accepted is the empty reason of accepted deliveries.
const accepted Reason = ""

// response is the response to a rejected delivery. It contains no data of the request.
type response struct {
	status int
	body   []byte
}

// responses returns the response for each reason. The hints address the operator, to whom Vercel
// shows the response.
func responses() map[Reason]response {
	all := map[Reason]response{}
	add := func(reason Reason, status int, text, hint string) {
		all[reason] = response{status, fmt.Appendf(nil, "{\"code\":%q,\"error\":%q,\"hint\":%q}\n", reason, text, hint)}
	}
	add(ReasonSignature, http.StatusUnauthorized, "the signature is missing or invalid",
		"the secret of the sender must be a line of its secret file, such as that of --vercel.secret-file")
	add(ReasonTooLarge, http.StatusRequestEntityTooLarge, "the body is larger than --inbound.max-body-size",
		"enable compression at the sender or raise the limit")
	add(ReasonTooLargeDecompressed, http.StatusRequestEntityTooLarge, "the decompressed body is larger than --inbound.max-decompressed-size",
		"raise the limit if deliveries of this size are expected")
	add(ReasonTooManyRows, http.StatusRequestEntityTooLarge, "the body has too many rows",
		"raise the limit of the sender, such as --vercel.max-rows, if deliveries of this size are expected")
	add(ReasonMediaType, http.StatusUnsupportedMediaType, "this endpoint does not support the content type",
		"choose JSON or NDJSON; traces may also be protobuf")
	add(ReasonEncoding, http.StatusUnsupportedMediaType, "the content encoding is not supported",
		"choose gzip or no compression")
	add(ReasonMalformed, http.StatusBadRequest, "the body does not match its headers and its path",
		"check the encoding at the sender, and whether the endpoint is the path for this kind of data")
	add(ReasonBusy, http.StatusTooManyRequests, "too many deliveries are being received or processed; --inbound.max-requests is the limit",
		"retry in a second")
	add(ReasonRead, http.StatusBadRequest, "the body ended early or took too long",
		"check the proxies between the sender and the exporter")
	add(ReasonMethod, http.StatusMethodNotAllowed, "deliveries are sent by POST",
		"GET is supported where the sender has a handshake, such as with --vercel.verify-token")
	add(ReasonInternal, http.StatusInternalServerError, "the exporter failed to process the delivery",
		"the log of the exporter shows where")
	add(ReasonPath, http.StatusNotFound, "no endpoint has this path",
		"docs/vercel.md lists the paths of the drains")
	return all
}

// reasonOf returns the reason for the error of a handler.
func reasonOf(err error) Reason {
	switch {
	case err == nil:
		return accepted
	case errors.Is(err, ErrTooManyRows):
		return ReasonTooManyRows
	case errors.Is(err, ErrMalformed):
		return ReasonMalformed
	}
	return ReasonInternal
}
