package drains

// What Vercel knows the website by.
const (
	host       = "aimarketplace.com"
	origin     = "https://" + host
	previewURL = "marketplace-git-preview.vercel.app"
	project    = "prj_marketplace"
	owner      = "team_marketplace"
	deployment = "dpl_marketplace"
	region     = "icn1"

	production = "production"
	preview    = "preview"
)

// hostOf is where an environment is to be found.
func hostOf(environment string) string {
	if environment == preview {
		return previewURL
	}
	return host
}
