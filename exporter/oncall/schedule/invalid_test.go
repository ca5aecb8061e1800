package schedule_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/oncall/schedule"
)

const base = `timezone: Asia/Seoul
handover: "09:00"
people:
  - { id: kim, name: Kim Minji, phone: "+821000000001" }
  - { id: lee, name: Lee Jun, phone: "+821000000002" }
  - { id: choi, name: Choi Haneul, phone: "+821000000004" }
rotations:
  - { from: 2026-11-30, primary: [kim, lee], secondary: [lee, kim], manager: [choi] }
`

func TestInvalidFiles(t *testing.T) {
	for name, test := range map[string]struct{ old, new, want string }{
		"time zone":             {"Asia/Seoul", "Asia/Soul", "line 1: the timezone does not exist"},
		"no time zone":          {"timezone: Asia/Seoul\n", "", "the timezone does not exist"},
		"hand-over":             {`"09:00"`, "noon", "line 2: handover is not a time of day"},
		"unknown field":         {"handover", "hand_over", "line 2: field hand_over not found"},
		"phone as ID":           {"id: kim", `id: "+821000000001"`, "line 4: the id of a person is missing or invalid"},
		"address as ID":         {"id: kim", "id: planted@example.com", "line 4: the id of a person is missing or invalid"},
		"ID twice":              {"id: lee", "id: kim", "line 5: the id kim is used twice"},
		"template as name":      {"Lee Jun", "'{{ now }}'", "line 5: the name of lee is missing or invalid"},
		"phone":                 {"+821000000001", "010-planted", "line 4: the phone number of kim is missing or invalid"},
		"no phone":              {`, phone: "+821000000001"`, "", "line 4: the phone number of kim is missing or invalid"},
		"phone of a wrong type": {`phone: "+821000000001"`, "phone: [planted]", "line 4: expected a single value"},
		"person of a wrong type": {
			`{ id: kim, name: Kim Minji, phone: "+821000000001" }`, "planted", "line 4: cannot unmarshal !!str a value into",
		},
		"Slack name":      {"phone: \"+821000000001\"", "phone: \"+821000000001\", slack: '@kim'", "line 4: slack of kim is not a member ID"},
		"unknown person":  {"[lee, kim]", "[lee, jung]", `line 8: "jung" is not the id of a person`},
		"no primary":      {"primary: [kim, lee]", "primary: []", "line 8: the rotation has no primary"},
		"no secondary":    {"secondary: [lee, kim], ", "", "line 8: the rotation has no secondary"},
		"no rotations":    {"rotations:\n  - { from: 2026-11-30, primary: [kim, lee], secondary: [lee, kim], manager: [choi] }\n", "", "there are no rotations"},
		"date":            {"2026-11-30", "next Monday", "line 8: from is not a date"},
		"second rotation": {"[choi] }\n", "[choi] }\n  - { from: 2026-11-30, primary: [kim], secondary: [lee], manager: [choi] }\n", "line 9: the rotation does not start after"},
		"same person":     {"secondary: [lee, kim]", "secondary: [lee]", "line 8: lee would be primary and secondary on 2026-12-07 09:00"},
		"same person by override": {
			"[choi] }\n", "[choi] }\noverrides:\n  - { role: primary, person: kim, from: 2027-12-08 00:00, to: 2027-12-16 00:00 }\n",
			"line 10: kim would be primary and secondary on 2027-12-",
		},
		"same person by override of the secondary": {
			"[choi] }\n", "[choi] }\noverrides:\n  - { role: secondary, person: lee, from: 2027-12-08 00:00, to: 2027-12-16 00:00 }\n",
			"line 10: lee would be primary and secondary on 2027-12-",
		},
		"override role": {"[choi] }\n", "[choi] }\noverrides: [{ role: boss, person: choi, from: 2026-12-01 00:00, to: 2026-12-02 00:00 }]", "line 9: role is none of"},
		"override time": {"[choi] }\n", "[choi] }\noverrides: [{ role: primary, person: choi, from: 2026-12-01, to: 2026-12-02 }]", "line 9: from and to are not times"},
		"override ends before": {
			"[choi] }\n", "[choi] }\noverrides: [{ role: primary, person: choi, from: 2026-12-02 00:00, to: 2026-12-01 00:00 }]", "line 9: to is not after from",
		},
		"override for years": {
			"[choi] }\n", "[choi] }\noverrides: [{ role: primary, person: choi, from: 2026-12-02 00:00, to: 2036-12-03 00:00 }]", "line 9: more than a year",
		},
		"overlap": {
			"[choi] }\n", `[choi] }
overrides:
  - { role: primary, person: choi, from: 2026-12-24 00:00, to: 2026-12-26 00:00 }
  - { role: manager, person: kim, from: 2026-12-25 00:00, to: 2026-12-26 00:00 }
  - { role: primary, person: lee, from: 2026-12-23 00:00, to: 2026-12-24 00:01 }
`, "line 10: the override overlaps the one in line 12",
		},
		"gap": {
			"[choi] }\n", `[choi] }
holidays:
  - { person: lee, from: 2026-12-13, to: 2026-12-13 }
`, "line 10: lee is on holiday and primary from 2026-12-07 09:00 to 2026-12-14 09:00: no one would respond; hint: add an override",
		},
		"partly covered gap": {
			"[choi] }\n", `[choi] }
overrides:
  - { role: primary, person: choi, from: 2026-12-08 00:00, to: 2026-12-09 23:00 }
holidays:
  - { person: lee, from: 2026-12-08, to: 2026-12-09 }
`, "line 12: lee is on holiday and primary from 2026-12-09 23:00 to 2026-12-14 09:00",
		},
		"gap of the manager": {"[choi] }\n", "[choi] }\nholidays: [{ person: choi, from: 2026-12-08, to: 2026-12-09 }]", "line 9: choi is on holiday and manager"},
		"holiday date":       {"[choi] }\n", "[choi] }\nholidays: [{ person: choi, from: Christmas, to: 2026-12-09 }]", "line 9: from and to are not dates"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, base, test.old)
			_, err := read(t, strings.Replace(base, test.old, test.new, 1))
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "planted")
			require.NotContains(t, err.Error(), "+82100")
		})
	}
}

func TestHolidayCoveredByAnOverride(t *testing.T) {
	_, err := read(t, base+`overrides:
  - { role: primary, person: choi, from: 2026-12-08 00:00, to: 2026-12-10 00:00 }
holidays:
  - { person: lee, from: 2026-12-08, to: 2026-12-09 }
`)
	require.NoError(t, err)
}

func TestMissingFile(t *testing.T) {
	_, err := schedule.Read("/nowhere/oncall.yml")
	require.ErrorContains(t, err, "/nowhere/oncall.yml")
}
