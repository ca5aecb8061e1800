package probe

// blackboxMetric is a gauge of blackbox_exporter.
type blackboxMetric struct {
	name, help string
	labels     []string
}

// blackboxMetrics returns the metrics of blackbox_exporter's probers, except probe_expect_info,
// whose labels depend on the configuration.
func blackboxMetrics() []blackboxMetric {
	phase := []string{"phase"}
	return []blackboxMetric{
		{"probe_dns_additional_rrs", "Additional resource records in the DNS response.", nil},
		{"probe_dns_answer_rrs", "Answer resource records in the DNS response.", nil},
		{"probe_dns_authority_rrs", "Authority resource records in the DNS response.", nil},
		{"probe_dns_duration_seconds", "Duration of a DNS probe, by phase.", phase},
		{"probe_dns_lookup_time_seconds", "Duration of the name resolution.", nil},
		{"probe_dns_query_succeeded", "Whether the DNS query succeeded.", nil},
		{"probe_dns_serial", "Serial number of the zone.", nil},
		{"probe_failed_due_to_bytes", "Whether the probe failed because of the expected bytes.", nil},
		{"probe_failed_due_to_cel", "Whether the probe failed because of a CEL expression.", nil},
		{"probe_failed_due_to_regex", "Whether the probe failed because of a regular expression.", nil},
		{"probe_grpc_duration_seconds", "Duration of a gRPC probe, by phase.", phase},
		{"probe_grpc_healthcheck_response", "Response of the gRPC health check.", []string{"serving_status"}},
		{"probe_grpc_ssl", "Whether the gRPC connection used TLS.", nil},
		{"probe_grpc_status_code", "Status code of the gRPC response.", nil},
		{"probe_http_content_length", "Content length of the HTTP response, in bytes.", nil},
		{"probe_http_duration_seconds", "Duration of an HTTP probe, by phase, summed over all redirects.", phase},
		{"probe_http_last_modified_timestamp_seconds", "Last-Modified header of the HTTP response, as Unix time.", nil},
		{"probe_http_redirects", "Redirects of the HTTP probe.", nil},
		{"probe_http_ssl", "Whether the last request of the HTTP probe used TLS.", nil},
		{"probe_http_status_code", "Status code of the HTTP response.", nil},
		{"probe_http_uncompressed_body_length", "Length of the decompressed HTTP body, in bytes.", nil},
		{"probe_http_version", "Version of HTTP of the response.", nil},
		{"probe_icmp_duration_seconds", "Duration of an ICMP probe, by phase.", phase},
		{"probe_icmp_reply_hop_limit", "Hop limit or TTL of the ICMP reply.", nil},
		{"probe_ip_addr_hash", "Hash of the probed IP address.", nil},
		{"probe_ip_protocol", "IP version of the probe: 4 or 6.", nil},
		{"probe_ssl_earliest_cert_expiry", "Earliest expiry of a certificate that the server sent, as Unix time.", nil},
		{"probe_ssl_last_chain_expiry_timestamp_seconds", "Expiry of the last verified chain, as Unix time.", nil},
		{
			"probe_ssl_last_chain_info", "Leaf certificate of the last chain. Always 1.",
			[]string{"fingerprint_sha256", "subject", "issuer", "subjectalternative", "serialnumber"},
		},
		{"probe_tls_cipher_info", "Cipher of the TLS connection. Always 1.", []string{"cipher"}},
		{"probe_tls_version_info", "Version of TLS. Always 1.", []string{"version"}},
	}
}
