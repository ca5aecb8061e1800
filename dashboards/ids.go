package dashboards

// Boards and panels that something points to: alerts by their dashboard_url, runbooks, bookmarks. An id never changes and
// is never given to anything else; a panel that goes takes its id with it. Panels that alerts point to have ids below
// 100, others from 100 on, and rows from 1000 on.
const (
	overviewUID   = "marketplace-overview"
	apiUID        = "marketplace-api"
	webUID        = "marketplace-web"
	eventsUID     = "marketplace-events"
	databaseUID   = "marketplace-database"
	queriesUID    = "marketplace-queries"
	businessUID   = "marketplace-business"
	monitoringUID = "marketplace-monitoring"
)

// Panels of the board marketplace-api that alerts point to.
const (
	apiLatency uint32 = iota + 1
	apiEndpoints
	apiErrors
	apiBurn
	apiValidation
	apiRateLimited
	apiLogins
	apiPayments
	apiUploads
	apiThirdParties
	apiCrashes
	apiEarlierWeeks
)

// Panels of the board marketplace-web that alerts point to.
const (
	webVitals uint32 = iota + 1
	webLayoutShift
	webPageLoad
)

// Panels of the board marketplace-events that alerts point to.
const eventsLogErrors uint32 = 1

// Panels of the board marketplace-database that alerts point to.
const (
	databaseUp uint32 = iota + 1
	databaseConnections
	databaseLockQueue
	databaseIdleInTransaction
	databaseDeadlocks
	databaseCacheHits
	databaseTempFiles
	databaseReplicationLag
	databaseArchiver
	databaseTransactionAge
	databaseDisk
	databaseTableGrowth
	databaseCoreRows
	databaseRowSecurity
)

// Panels of the board marketplace-queries that alerts point to.
const (
	queriesMean uint32 = iota + 1
	queriesRunning
	queriesUnusedIndexes
	queriesEvicted
)

// Panels of the board marketplace-business that alerts point to.
const (
	businessPaymentSuccess uint32 = iota + 1
	businessPayments
	businessRefunds
	businessSettlements
	businessVerification
	businessActiveUsers
	businessEmailFailures
	businessEmailQueue
)

// Panels of the board marketplace-monitoring that alerts point to.
const (
	monitoringWatchdog uint32 = iota + 1
	monitoringTargets
	monitoringSources
	monitoringSourceAge
	monitoringKPIAge
	monitoringRules
	monitoringDrainRows
	monitoringDrainRefusals
	monitoringDrainMemory
)
