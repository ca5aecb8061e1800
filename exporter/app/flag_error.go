package app

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/alecthomas/kingpin/v2"
)

// nameFlag returns err with the flag and the value at fault, which the errors of values do not name.
// It sets the values again until one fails. No flag with a secret rejects a value.
func nameFlag(app *kingpin.Application, args []string, err error) error {
	given := map[string]string{}
	context, contextErr := app.ParseContext(args)
	if contextErr != nil {
		return err // an unknown flag, which the error names
	}
	for _, element := range context.Elements {
		if flag, ok := element.Clause.(*kingpin.FlagClause); ok && element.Value != nil {
			given[flag.Model().Name] = *element.Value
		}
	}
	for _, flag := range app.Model().Flags {
		value, set := given[flag.Name]
		if !set && flag.Envar != "" {
			value, set = os.LookupEnv(flag.Envar)
		}
		if !set {
			continue
		}
		if invalid := flag.Value.Set(value); invalid != nil {
			if number, ok := errors.AsType[*strconv.NumError](invalid); ok {
				invalid = number.Err
			}
			return fmt.Errorf("reading --%s (%s): %q is not valid: %w", flag.Name, flag.Envar, value, invalid)
		}
	}
	return err
}
