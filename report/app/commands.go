package app

import (
	"github.com/aimarketplace/monitoring/report/checklist"
	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/incident"
	"github.com/aimarketplace/monitoring/report/oncall"
	"github.com/aimarketplace/monitoring/report/statuspage"
)

// commands lists every command of the program, in the order of --help.
func commands() []command.Command {
	return []command.Command{
		&checklist.Command{},
		&incident.Command{},
		&statuspage.Command{},
		&oncall.Command{},
	}
}
