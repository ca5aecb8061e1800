package schedule

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // for container images without a time zone database

	"go.yaml.in/yaml/v3"
)

// file is the configuration file.
type file struct {
	Timezone text `yaml:"timezone"`
	Handover text `yaml:"handover"`
	People   []struct {
		ID    text `yaml:"id"`
		Name  text `yaml:"name"`
		Phone text `yaml:"phone"`
		Slack text `yaml:"slack"`
	} `yaml:"people"`
	Rotations []struct {
		From      text   `yaml:"from"`
		Primary   []text `yaml:"primary"`
		Secondary []text `yaml:"secondary"`
		Manager   []text `yaml:"manager"`
	} `yaml:"rotations"`
	Overrides []struct {
		Role   text `yaml:"role"`
		Person text `yaml:"person"`
		From   text `yaml:"from"`
		To     text `yaml:"to"`
	} `yaml:"overrides"`
	Holidays []struct {
		Person text `yaml:"person"`
		From   text `yaml:"from"`
		To     text `yaml:"to"`
	} `yaml:"holidays"`
}

// text is a scalar with its line.
type text struct {
	value string
	line  int
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (t *text) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: expected a single value", node.Line)
	}
	t.value, t.line = node.Value, node.Line
	return nil
}

// errorf returns an error with the line, unless the value is missing.
func (t text) errorf(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if t.line > 0 {
		err = fmt.Errorf("line %d: %w", t.line, err)
	}
	return err
}

// Read reads a schedule. Errors name the line and never quote a phone number.
func Read(path string) (*Schedule, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	var f file
	if err := decoder.Decode(&f); err != nil {
		// The errors of the decoder quote values between backticks.
		return nil, errors.New(regexp.MustCompile("`[^`]*`").ReplaceAllString(err.Error(), "a value"))
	}
	b := &builder{people: map[string]Person{}, schedule: &Schedule{}}
	for _, step := range []func(*file) error{b.readClock, b.readPeople, b.readRotations, b.readOverrides, b.readHolidays} {
		if err := step(&f); err != nil {
			return nil, err
		}
	}
	return b.schedule, b.validate()
}

// builder converts a file. Its steps depend on those before.
type builder struct {
	schedule *Schedule
	handover time.Duration // since midnight, on the wall clock
	people   map[string]Person
	holidays []holiday
}

// holiday is a time when a person must not be on call.
type holiday struct {
	person     Person
	start, end time.Time
	line       int
}

func (b *builder) readClock(f *file) error {
	location, err := time.LoadLocation(f.Timezone.value)
	if err != nil || f.Timezone.value == "" {
		return f.Timezone.errorf("the timezone does not exist; hint: timezone: Asia/Seoul")
	}
	clock, err := time.Parse("15:04", f.Handover.value)
	if err != nil {
		return f.Handover.errorf(`handover is not a time of day; hint: handover: "09:00"`)
	}
	b.schedule.Location = location
	b.handover = time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute
	return nil
}

func (b *builder) readPeople(f *file) error {
	for _, p := range f.People {
		switch {
		case !regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`).MatchString(p.ID.value):
			return p.ID.errorf("the id of a person is missing or invalid; hint: id: kim, of lower-case letters, digits, - and _")
		case b.people[p.ID.value].ID != "":
			return p.ID.errorf("the id %s is used twice", p.ID.value)
		case !regexp.MustCompile(`^[\pL\pN][\pL\pN .'-]{0,39}$`).MatchString(p.Name.value):
			return p.ID.errorf("the name of %s is missing or invalid; hint: name: Kim Minji, of at most 40 letters, digits, spaces, periods, "+
				"apostrophes and hyphens", p.ID.value)
		case !regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`).MatchString(p.Phone.value):
			return p.ID.errorf(`the phone number of %s is missing or invalid; hint: phone: "+821012345678"`, p.ID.value)
		case !regexp.MustCompile(`^([UW][A-Z0-9]{2,20})?$`).MatchString(p.Slack.value):
			return p.ID.errorf("slack of %s is not a member ID; hint: Slack shows it in the profile, such as U012AB3CD", p.ID.value)
		}
		b.people[p.ID.value] = Person{p.ID.value, p.Name.value, p.Phone.value, p.Slack.value}
	}
	return nil
}

func (b *builder) person(id text) (Person, error) {
	p, found := b.people[id.value]
	if !found {
		return p, id.errorf("%q is not the id of a person", id.value)
	}
	return p, nil
}

// maxPeople limits the weeks after which a rotation repeats.
const maxPeople = 50

func (b *builder) readRotations(f *file) error {
	for _, r := range f.Rotations {
		date, err := time.Parse(time.DateOnly, r.From.value)
		if err != nil {
			return r.From.errorf("from is not a date; hint: from: 2026-11-30")
		}
		next := rotation{start: date.Add(b.handover), location: b.schedule.Location, people: map[Role][]Person{}, line: r.From.line}
		ids := map[Role][]text{Primary: r.Primary, Secondary: r.Secondary, Manager: r.Manager}
		for _, role := range Roles() {
			if n := len(ids[role]); n == 0 || n > maxPeople {
				return r.From.errorf("the rotation has no %s, or more than %d; hint: %[1]s: [kim, lee]", role, maxPeople)
			}
			for _, id := range ids[role] {
				p, err := b.person(id)
				if err != nil {
					return err
				}
				next.people[role] = append(next.people[role], p)
			}
		}
		if n := len(b.schedule.rotations); n > 0 && !next.start.After(b.schedule.rotations[n-1].start) {
			return r.From.errorf("the rotation does not start after the one before")
		}
		b.schedule.rotations = append(b.schedule.rotations, next)
	}
	if len(b.schedule.rotations) == 0 {
		return errors.New("there are no rotations; hint: rotations: [{from: 2026-11-30, primary: [kim], secondary: [lee], manager: [choi]}]")
	}
	return nil
}

func (b *builder) readOverrides(f *file) error {
	const format = "2006-01-02 15:04"
	for _, o := range f.Overrides {
		if !slices.Contains(Roles(), Role(o.Role.value)) {
			return o.From.errorf("role is none of primary, secondary and manager")
		}
		p, err := b.person(o.Person)
		if err != nil {
			return err
		}
		start, startErr := time.ParseInLocation(format, o.From.value, b.schedule.Location)
		end, endErr := time.ParseInLocation(format, o.To.value, b.schedule.Location)
		if err := errors.Join(startErr, endErr); err != nil {
			return o.Person.errorf("from and to are not times; hint: from: %s", format)
		}
		if err := checkDuration(o.From, start, end); err != nil {
			return err
		}
		b.schedule.overrides = append(b.schedule.overrides, override{Role(o.Role.value), p, start, end, o.From.line})
	}
	slices.SortStableFunc(b.schedule.overrides, func(x, y override) int {
		return strings.Compare(string(x.role), string(y.role))*2 + x.start.Compare(y.start)
	})
	return nil
}

func (b *builder) readHolidays(f *file) error {
	for _, h := range f.Holidays {
		p, err := b.person(h.Person)
		if err != nil {
			return err
		}
		first, firstErr := time.ParseInLocation(time.DateOnly, h.From.value, b.schedule.Location)
		last, lastErr := time.ParseInLocation(time.DateOnly, h.To.value, b.schedule.Location)
		if err := errors.Join(firstErr, lastErr); err != nil {
			return h.Person.errorf("from and to are not dates; hint: from: 2006-01-02, to: the last day")
		}
		end := last.AddDate(0, 0, 1)
		if err := checkDuration(h.From, first, end); err != nil {
			return err
		}
		b.holidays = append(b.holidays, holiday{p, first, end, h.From.line})
	}
	return nil
}

// checkDuration catches swapped times and years with typing errors.
func checkDuration(at text, start, end time.Time) error {
	if !start.Before(end) {
		return at.errorf("to is not after from")
	}
	if end.After(start.AddDate(1, 0, 0)) {
		return at.errorf("more than a year; hint: check the years of from and to")
	}
	return nil
}
