package main

import (
	"context"

	"github.com/aimarketplace/monitoring/demo/drains"
)

func websiteFaults() []fault {
	return []fault{
		onWebsite("slow-api", "makes the application take twelve times as long", drains.SlowAPI,
			"LatencyP99High (P0) after about 1½ minutes, and of its end 10½ minutes after it is mended"),
		onWebsite("api-errors", "has every sixth search fail", drains.APIErrors,
			"ErrorRateHigh (P1) after about 6 minutes"),
		onWebsite("login-broken", "lets nine of ten logins fail, whatever the password", drains.LoginBroken,
			"LoginFailing (P0) after about 1½ minutes, and of its end 10½ minutes after it is mended"),
		onWebsite("logins-refused", "has somebody try stolen passwords", drains.LoginsRefused,
			"LoginsRefused (P1) after about 5½ minutes, and of its end 6 minutes after it is mended"),
		onWebsite("validation-errors", "has half of the searches and most uploads refused as invalid", drains.ValidationErrors,
			"ValidationErrorsHigh (P2) after about 17 minutes"),
	}
}

// onWebsite is a fault of what the website's drains tell.
func onWebsite(name, does string, what drains.Fault, told string) fault {
	return fault{
		name: name, does: does, told: told,
		begin: func(_ context.Context, on stage) error { on.website.Begin(what); return nil },
		end:   func(_ context.Context, on stage) error { on.website.End(what); return nil },
	}
}
