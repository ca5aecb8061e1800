package stripe

import (
	"encoding/json"
	"slices"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// event has the fields of an event that are counted. Customers, cards and addresses are not
// decoded.
type event struct {
	ID         string
	Object     string
	Type       string
	APIVersion string `json:"api_version"`
	Created    int64
	Livemode   bool
	Data       struct{ Object object }
}

// object is the union of the objects of the counted events.
type object struct {
	Amount           int64 // smallest unit of the currency
	AmountReceived   int64 `json:"amount_received"`
	Currency         string
	Status           string
	LastPaymentError *struct {
		Code        string
		DeclineCode string `json:"decline_code"`
	} `json:"last_payment_error"`
}

func decode(body []byte) (*event, error) {
	var e event
	return &e, json.Unmarshal(body, &e)
}

// eventTypes are the allowed values of the label type; others become other.
func eventTypes() []string {
	return []string{
		"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
		"payment_intent.requires_action", "payment_intent.processing",
		"charge.succeeded", "charge.failed", "charge.refunded",
		"refund.created", "refund.updated", "refund.failed",
		"charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
		"charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
		"payout.created", "payout.paid", "payout.failed", "payout.canceled",
		"checkout.session.completed", "checkout.session.expired",
		"checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
		"invoice.payment_failed", "invoice.payment_succeeded", "radar.early_fraud_warning.created", "balance.available",
	}
}

// failureCodes are the allowed values of the label code; others become other. A decline code is
// more specific than the error code card_declined, which unknown decline codes have.
func failureCodes() []string {
	return []string{
		"authentication_required", "card_decline_rate_limit_exceeded", "card_declined", "card_not_supported",
		"currency_not_supported", "do_not_honor", "expired_card", "fraudulent", "generic_decline", "incorrect_address",
		"incorrect_cvc", "incorrect_number", "incorrect_zip", "insufficient_funds", "invalid_account", "invalid_cvc",
		"invalid_expiry_month", "invalid_expiry_year", "invalid_number", "issuer_not_available", "lost_card",
		"payment_intent_authentication_failure", "payment_method_customer_decline", "payment_method_not_available",
		"payment_method_provider_decline", "payment_method_provider_timeout", "pickup_card", "processing_error", "rate_limit",
		"restricted_card", "stolen_card", "transaction_not_allowed", "try_again_later", "withdrawal_count_limit_exceeded",
	}
}

func (o *object) failureCode() string {
	if o.LastPaymentError == nil {
		return metric.Other
	}
	for _, code := range []string{o.LastPaymentError.DeclineCode, o.LastPaymentError.Code} {
		if slices.Contains(failureCodes(), code) {
			return code
		}
	}
	return metric.Other
}
