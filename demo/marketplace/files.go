package marketplace

import (
	"fmt"
	"time"
)

const filesPerPrompt = 4 // room in the index of a file

func (w *world) fileTable() table {
	return table{
		name:    "File",
		columns: []string{"id", "product_id", "user_id", "name", "mime_type", "size", "status", "created_at"},
		rows: func(yield func([]any) bool) {
			for i := range w.products {
				if !w.promptFiles(w.prompt(i), yield) {
					return
				}
			}
		},
	}
}

func (w *world) promptFiles(p prompt, yield func([]any) bool) bool {
	d := w.dice(subjectFile, p.index)
	for n := range 1 + d.IntN(filesPerPrompt-1) {
		at := p.createdAt.Add(time.Duration(n) * time.Second)
		size := 2_000 + int(d.ExpFloat64()*400_000)
		if !yield([]any{
			w.id(subjectFile, p.index*filesPerPrompt+n), p.id, w.userID(p.seller), fmt.Sprintf("prompt-%d-%d.json", p.index, n),
			"application/json", size, w.fileStatus(d, at), at,
		}) {
			return false
		}
	}
	return true
}

// fileStatus has the virus scanner take its time: what came in within the last hours is not through yet.
func (w *world) fileStatus(d dice, uploaded time.Time) string {
	scanned := uploaded.Add(d.between(time.Minute, 8*time.Hour))
	status := pick(d, []choice[string]{{960, "ACTIVE"}, {32, "DELETED"}, {8, "QUARANTINED"}})
	if !w.past(scanned) {
		return "SCANNING"
	}
	return status
}

// versionTable has the first version of every prompt, and a second one of every fifth.
func (w *world) versionTable() table {
	return table{
		name:    "ProductVersion",
		columns: []string{"id", "product_id", "version", "changelog", "created_at"},
		rows: func(yield func([]any) bool) {
			for i := range w.products {
				p := w.prompt(i)
				if !yield([]any{w.id(subjectVersion, 2*i), p.id, 1, "first version", p.createdAt}) {
					return
				}
				later := p.createdAt.Add(w.dice(subjectVersion, i).after(20 * day))
				if i%5 == 0 && w.past(later) && !yield([]any{w.id(subjectVersion, 2*i+1), p.id, 2, "clearer wording", later}) {
					return
				}
			}
		},
	}
}

// productTagTable gives each prompt two different tags.
func (w *world) productTagTable() table {
	return table{
		name:    "ProductTag",
		columns: []string{"product_id", "tag_id"},
		rows: func(yield func([]any) bool) {
			for i := range w.products {
				for _, tag := range []int{i % tagCount, (i + 1 + i/tagCount%(tagCount-1)) % tagCount} {
					if !yield([]any{w.promptID(i), w.id(subjectTag, tag)}) {
						return
					}
				}
			}
		},
	}
}
