package marketplace

import "time"

type verdict int

const (
	unasked verdict = iota // a draft that was never handed in
	withdrawn
	rejected
	approved
)

const maxLevel = 3

// check is one verification of a prompt. Its moments may lie in the future; what the database shows is its state now.
type check struct {
	level                                            int
	requestedAt, assignedAt, reviewedAt, completedAt time.Time
	verdict                                          verdict
}

// firstCheck is the verification that puts a prompt on sale. The first prompt of all passes it within the hour.
func (w *world) firstCheck(p prompt) check {
	d := w.dice(subjectVerification, p.index*maxLevel)
	c := newCheck(d, 1, p.createdAt.Add(d.between(time.Minute, 2*time.Hour)))
	c.verdict = pick(d, []choice[verdict]{{6, unasked}, {2, withdrawn}, {8, rejected}, {84, approved}})
	if p.index == 0 {
		c.verdict, c.completedAt = approved, c.requestedAt.Add(time.Hour)
		c.assignedAt, c.reviewedAt = c.requestedAt.Add(20*time.Minute), c.requestedAt.Add(50*time.Minute)
	}
	return c
}

// newCheck takes most of a day at level 1 and several days at the higher ones, where people look and not only programs.
func newCheck(d dice, level int, requested time.Time) check {
	unit := time.Duration(level*level) * time.Hour
	c := check{level: level, requestedAt: requested}
	c.assignedAt = requested.Add(d.after(6 * unit))
	c.reviewedAt = c.assignedAt.Add(d.after(12 * unit))
	c.completedAt = c.reviewedAt.Add(d.after(8 * unit))
	return c
}

// higherChecks are the verifications of an approved prompt at levels 2 and 3, each asked for after the one before.
func (w *world) higherChecks(p prompt) []check {
	var found []check
	last := p.check
	for level := 2; level <= maxLevel && last.verdict == approved; level++ {
		d := w.dice(subjectVerification, p.index*maxLevel+level-1)
		if !d.chance(0.45) {
			break
		}
		last = newCheck(d, level, last.completedAt.Add(d.after(20*day)))
		last.verdict = pick(d, []choice[verdict]{{2, withdrawn}, {13, rejected}, {85, approved}})
		found = append(found, last)
	}
	return found
}

// checkStatus is a verification's state now, empty if nobody has asked for it yet.
func (w *world) checkStatus(c check) string {
	halfway := c.assignedAt.Add(c.reviewedAt.Sub(c.assignedAt) / 3)
	switch {
	case c.verdict == unasked || !w.past(c.requestedAt):
		return ""
	case !w.past(c.assignedAt):
		return "PENDING"
	case c.verdict == withdrawn:
		return "CANCELLED"
	case !w.past(halfway):
		return "ASSIGNED"
	case !w.past(c.reviewedAt):
		return "IN_PROGRESS"
	case !w.past(c.completedAt):
		return "COMPLETED"
	case c.verdict == rejected:
		return "REJECTED"
	default:
		return "APPROVED"
	}
}

func (w *world) verificationTable() table {
	return table{
		name: "Verification",
		columns: []string{
			"id", "product_id", "verifier_id", "level", "score", "status", "requested_at", "assigned_at", "reviewed_at", "completed_at",
		},
		rows: func(yield func([]any) bool) {
			for i := range w.products {
				p := w.prompt(i)
				for _, c := range append([]check{p.check}, w.higherChecks(p)...) {
					if status := w.checkStatus(c); status != "" && !yield(w.verificationRow(p, c, status)) {
						return
					}
				}
			}
		},
	}
}

func (w *world) verificationRow(p prompt, c check, status string) []any {
	index := p.index*maxLevel + c.level - 1
	row := []any{w.id(subjectVerification, index), p.id, nil, c.level, nil, status, c.requestedAt, nil, nil, nil}
	if status == "CANCELLED" || status == "PENDING" {
		return row
	}
	d := w.dice(subjectVerification, -index-1)
	row[2], row[7], row[8], row[9] = w.userID(w.verifier(d, c.assignedAt)), c.assignedAt, w.orNull(c.reviewedAt), w.orNull(c.completedAt)
	if w.past(c.reviewedAt) {
		row[4] = float64(30+d.IntN(70)) / 100
	}
	return row
}
