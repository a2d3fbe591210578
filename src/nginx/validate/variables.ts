import type { Word } from '../parse/tree.ts';
import type { Memory } from './memory.ts';
import type { Place } from './place.ts';
import type { Report } from './report.ts';

/** Variables that are used and that nothing defines. nginx asks when all is read, and names no line. */

/** nginx's own, of the http and stream modules, 1.18 to 1.31 (the ngx_http_variable_t tables). */
const KNOWN: ReadonlySet<string> = new Set(
  `ancient_browser args binary_remote_addr body_bytes_sent bytes_received bytes_sent connection connection_requests
  connection_time connections_active connections_reading connections_waiting connections_writing content_length
  content_type date_gmt date_local document_root document_uri fastcgi_path_info fastcgi_script_name gzip_ratio host
  hostname http2 http3 https invalid_referer is_args is_request_port limit_conn_status limit_rate limit_req_status
  modern_browser msec msie nginx_version pid pipe protocol proxy_add_via proxy_add_x_forwarded_for proxy_host
  proxy_internal_body_length proxy_internal_chunked proxy_port proxy_protocol_addr proxy_protocol_port
  proxy_protocol_server_addr proxy_protocol_server_port query_string realip_remote_addr realip_remote_port
  realpath_root remote_addr remote_port remote_user request request_body request_body_file request_completion
  request_filename request_id request_length request_method request_port request_time request_uri scheme secure_link
  secure_link_expires server_addr server_name server_port server_protocol session_time slice_range status
  time_iso8601 time_local uid_got uid_reset uid_set upstream_addr upstream_bytes_received upstream_bytes_sent
  upstream_cache_age upstream_cache_etag upstream_cache_key upstream_cache_last_modified upstream_cache_status
  upstream_connect_time upstream_first_byte_time upstream_header_time upstream_last_server_name upstream_queue_time
  upstream_response_length upstream_response_time upstream_session_time upstream_status uri
  grpc_internal_trailers`.split(/\s+/),
);

/** Families: any name may follow. Those of modules that nginx does not bring are here as well: they need no directive to exist. */
const FAMILIES =
  /^(?:arg|cookie|http|sent_http|sent_trailer|upstream_http|upstream_trailer|upstream_cookie|proxy_protocol_tlv|ssl|tcpinfo|geoip2?|jwt|otel|opentracing|opentelemetry|brotli|zstd|lua|njs|mqtt|acme|trace|spdy|quic|request_form|upload)_/;

/** Those of the http core that no configuration may set: they were there before 1.18 (ngx_http_core_variables without NGX_HTTP_VAR_CHANGEABLE). */
const FIXED: ReadonlySet<string> = new Set(
  `binary_remote_addr body_bytes_sent bytes_sent connection connection_requests content_length content_type document_root document_uri host hostname http_cookie http_host http_referer http_user_agent http_via http_x_forwarded_for https is_args msec nginx_version pid pipe proxy_protocol_addr proxy_protocol_port proxy_protocol_server_addr proxy_protocol_server_port query_string realpath_root remote_addr remote_port remote_user request request_body request_body_file request_completion request_filename request_id request_length request_method request_time request_uri scheme sent_http_cache_control sent_http_connection sent_http_content_length sent_http_content_type sent_http_keep_alive sent_http_last_modified sent_http_link sent_http_location sent_http_transfer_encoding server_addr server_name server_port server_protocol status tcpinfo_rcv_space tcpinfo_rtt tcpinfo_rttvar tcpinfo_snd_cwnd time_iso8601 time_local uri`.split(
    /\s+/,
  ),
);

/** What gives a variable its name: `set $a`, `map … $a`. @returns false where it was refused */
export function definesVariable(
  at: Word,
  { level, memory, report }: Pick<Place, 'level' | 'memory' | 'report'>,
): boolean {
  const name = at.text.slice(1);
  memory.defines(at.text);
  const says =
    !at.text.startsWith('$') || name === ''
      ? `invalid variable name "${at.text}"`
      : FIXED.has(name.toLowerCase()) && !level.context.startsWith('stream')
        ? `the duplicate "${name}" variable`
        : null;
  if (says !== null) report.refuse(at, says);
  return says === null;
}

export function checkVariablesUsed({ usedVariables, definedVariables }: Memory, report: Report): void {
  if (report.partial) return;
  for (const [name, word] of usedVariables) {
    if (KNOWN.has(name) || FAMILIES.test(name) || definedVariables.has(name)) continue;
    report.refuse(word, `unknown "${name}" variable`);
  }
}
