package kpi

import (
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
)

// toNumber turns what the driver made of a number into a sample's value.
func toNumber(value any) (float64, error) {
	switch n := value.(type) {
	case int16:
		return float64(n), nil
	case int32:
		return float64(n), nil
	case int64:
		return float64(n), nil
	case float32:
		return float64(n), nil
	case float64:
		return n, nil
	case pgtype.Numeric:
		if float, err := n.Float64Value(); err == nil && float.Valid {
			return float.Float64, nil
		}
	}
	return 0, invalid("the column \"value\" is no number but %T; hint: count, sum, or extract(epoch FROM …)", value)
}

// toLabel turns text, an enum, a whole number or a boolean into a label's value. What else there is, timestamps above
// all, has no bounded set of values.
func toLabel(label string, value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", invalid("the label %q is NULL; hint: coalesce(%s, 'unknown')", label, label)
	case string:
		return strings.ToValidUTF8(v, "\uFFFD"), nil
	case int16:
		return strconv.FormatInt(int64(v), 10), nil
	case int32:
		return strconv.FormatInt(int64(v), 10), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "", invalid("the label %q is of type %T; hint: cast it with ::text, if it has few values", label, value)
}
