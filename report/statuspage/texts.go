package statuspage

// texts are the words of the site in one language. Those with verbs are formats.
type texts struct {
	Lang, OtherLang, OtherName string // the page links to the other language

	Title, Description, Components, Current, Past, History, Back, Feed string
	Affected, Data, Stale, Never, Minutes, Hours                       string
	Maintenance, Scheduled, InProgress, MaintenanceBody                string
	NoIncidents                                                        string
	Uptime, Bars, Days, Date, State, NoData, Badge                     string

	Window    map[string]string // by window of uptime
	Component map[string]string
	Status    map[Status]string // of a component
	Overall   map[Status]string // of the page
	Incident  map[string]string // by impact
	Stage     map[string]string // by status of an incident
	Update    map[string]string // by status of an incident from alerts
}

// languages returns the texts by language.
func languages() map[string]*texts {
	return map[string]*texts{"en": english(), "ko": korean()}
}

func english() *texts {
	return &texts{
		Lang: "en", OtherLang: "ko", OtherName: "한국어",

		Title: "%s status", Description: "Current status, incidents and uptime of %s.",
		Components: "Components", Current: "Current incidents", Past: "Past incidents",
		History: "All incidents of the last 90 days", Back: "Current status", Feed: "Atom feed",

		Affected: "Affected: %s", Data: "Data as of", Minutes: "%d minutes", Hours: "%d hours",
		Stale: "Monitoring returns no current data. The last data is %s old, so the status of all components is unknown.",
		Never: "Monitoring has returned no data yet, so the status of all components is unknown.",

		Maintenance: "Scheduled maintenance", Scheduled: "Scheduled", InProgress: "In progress",
		MaintenanceBody: "Components may be unavailable during this time.",

		NoIncidents: "No incidents.",

		Uptime: "Uptime", Bars: "%s, last 90 days: %d days without problems, %d with problems, %d without data.",
		Days: "Days with problems (%d)", Date: "Date (UTC)", State: "Status", NoData: "no data", Badge: "status",

		Window: map[string]string{"1d": "24 hours", "30d": "30 days", "90d": "90 days"},
		Component: map[string]string{
			"website": "Website", "api": "API", "payments": "Payments",
			"uploads": "File uploads", "email": "Email", "database": "Database",
		},
		Status: map[Status]string{
			Operational: "Operational", UnderMaintenance: "Under maintenance", Unknown: "Unknown",
			Degraded: "Degraded performance", PartialOutage: "Partial outage", MajorOutage: "Major outage",
		},
		Overall: map[Status]string{
			Operational: "All systems operational", UnderMaintenance: "Maintenance in progress", Unknown: "Status unknown",
			Degraded: "Degraded performance", PartialOutage: "Partial system outage", MajorOutage: "Major system outage",
		},
		Incident: map[string]string{
			impactMinor: "%s: degraded performance", impactMajor: "%s: partial outage", impactCritical: "%s: outage",
		},
		Stage: map[string]string{
			investigating: "Investigating", identified: "Identified", monitoring: "Monitoring", resolved: "Resolved",
		},
		Update: map[string]string{
			investigating: "Monitoring has detected a problem. We are investigating it.",
			monitoring:    "Monitoring no longer detects the problem.",
			resolved:      "The problem has not returned for 10 minutes.",
		},
	}
}

func korean() *texts {
	return &texts{
		Lang: "ko", OtherLang: "en", OtherName: "English",

		Title: "%s 서비스 상태", Description: "%s의 현재 상태, 장애 내역, 가동률.",
		Components: "구성 요소", Current: "진행 중인 장애", Past: "지난 장애",
		History: "최근 90일 장애 내역", Back: "현재 상태", Feed: "Atom 피드",

		Affected: "영향 범위: %s", Data: "데이터 기준 시각", Minutes: "%d분", Hours: "%d시간",
		Stale: "모니터링에서 최신 데이터를 받지 못하고 있습니다. 마지막 데이터는 %s 전의 것이므로 현재 상태를 확인할 수 없습니다.",
		Never: "아직 모니터링 데이터를 받지 못하여 현재 상태를 확인할 수 없습니다.",

		Maintenance: "예정된 점검", Scheduled: "예정", InProgress: "진행 중",
		MaintenanceBody: "점검 시간에는 서비스 이용이 제한될 수 있습니다.",

		NoIncidents: "장애가 없습니다.",

		Uptime: "가동률", Bars: "%s, 최근 90일: 정상 %d일, 문제 발생 %d일, 데이터 없음 %d일.",
		Days: "문제가 발생한 날 (%d일)", Date: "날짜 (UTC)", State: "상태", NoData: "데이터 없음", Badge: "서비스 상태",

		Window: map[string]string{"1d": "24시간", "30d": "30일", "90d": "90일"},
		Component: map[string]string{
			"website": "웹사이트", "api": "API", "payments": "결제",
			"uploads": "파일 업로드", "email": "이메일", "database": "데이터베이스",
		},
		Status: map[Status]string{
			Operational: "정상", UnderMaintenance: "점검 중", Unknown: "확인 불가",
			Degraded: "성능 저하", PartialOutage: "부분 장애", MajorOutage: "심각한 장애",
		},
		Overall: map[Status]string{
			Operational: "모든 시스템이 정상입니다", UnderMaintenance: "점검이 진행 중입니다", Unknown: "상태를 확인할 수 없습니다",
			Degraded: "일부 시스템의 성능이 저하되었습니다", PartialOutage: "일부 시스템에 장애가 발생했습니다",
			MajorOutage: "심각한 장애가 발생했습니다",
		},
		Incident: map[string]string{impactMinor: "%s 성능 저하", impactMajor: "%s 부분 장애", impactCritical: "%s 장애"},
		Stage: map[string]string{
			investigating: "조사 중", identified: "원인 확인", monitoring: "경과 관찰", resolved: "해결됨",
		},
		Update: map[string]string{
			investigating: "모니터링에서 문제가 감지되어 원인을 조사하고 있습니다.",
			monitoring:    "모니터링에서 더 이상 문제가 감지되지 않습니다.",
			resolved:      "10분 동안 문제가 다시 발생하지 않았습니다.",
		},
	}
}
