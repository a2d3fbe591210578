import { type DirectiveInfo, ofForeignModule, type Row } from './row.ts';

/** Modules that one builds or installs beside nginx. Their arguments are not checked: what they take is theirs to say. */

const EVERYWHERE =
  'http server server-if location location-if limit_except upstream stream stream-server stream-upstream';

/** Directives of a module of which only the names are known. */
function named(module: string, names: string): DirectiveInfo[] {
  const rows = names.split(' ').map((name): Row => [name, EVERYWHERE, 'any', 'custom', null, { repeat: 'list' }]);
  return ofForeignModule(module, 'third-party', rows);
}

export const THIRD_PARTY: readonly DirectiveInfo[] = [
  ...named(
    'ngx_http_headers_more_filter_module',
    'more_set_headers more_clear_headers more_set_input_headers more_clear_input_headers',
  ),
  ...named(
    'ngx_http_echo_module',
    'echo echo_duplicate echo_flush echo_sleep echo_blocking_sleep echo_reset_timer echo_read_request_body echo_location_async echo_location echo_subrequest_async echo_subrequest echo_foreach_split echo_end echo_request_body echo_exec echo_status echo_before_body echo_after_body',
  ),
  ...named(
    'ngx_http_set_misc_module',
    'set_escape_uri set_unescape_uri set_quote_sql_str set_quote_pgsql_str set_quote_json_str set_if_empty set_encode_base32 set_base32_padding set_misc_base32_padding set_base32_alphabet set_decode_base32 set_encode_base64 set_decode_base64 set_encode_base64url set_decode_base64url set_encode_hex set_decode_hex set_sha1 set_md5 set_hmac_sha1 set_hmac_sha256 set_random set_secure_random_alphanum set_secure_random_lcalpha set_rotate set_local_today set_formatted_gmt_time set_formatted_local_time set_hashed_upstream',
  ),
  ...named(
    'ngx_http_js_module (njs)',
    'js_import js_include js_path js_set js_var js_content js_header_filter js_body_filter js_periodic js_preload_object js_shared_dict_zone js_engine js_context_reuse js_context_reuse_max_size js_load_http_native_module js_load_stream_native_module js_fetch_buffer_size js_fetch_ciphers js_fetch_keepalive js_fetch_keepalive_requests js_fetch_keepalive_time js_fetch_keepalive_timeout js_fetch_max_response_buffer_size js_fetch_protocols js_fetch_proxy js_fetch_timeout js_fetch_trusted_certificate js_fetch_verify js_fetch_verify_depth js_access js_preread js_filter',
  ),
  ...named(
    'ngx_http_brotli_filter_module',
    'brotli brotli_static brotli_types brotli_buffers brotli_comp_level brotli_window brotli_min_length',
  ),
  ...named(
    'ngx_http_zstd_filter_module',
    'zstd zstd_static zstd_types zstd_buffers zstd_comp_level zstd_min_length zstd_dict_file',
  ),
  ...ofForeignModule('ngx_http_geoip2_module', 'third-party', [
    ['geoip2', 'http stream', '1', 'block'],
    ['geoip2_proxy', 'http', '1', 'custom', null, { repeat: 'list' }],
    ['geoip2_proxy_recursive', 'http', '1', 'flag'],
  ]),
  ...named(
    'ngx_http_opentracing_module',
    'opentracing opentracing_trace_locations opentracing_propagate_context opentracing_fastcgi_propagate_context opentracing_grpc_propagate_context opentracing_operation_name opentracing_location_operation_name opentracing_trust_incoming_span opentracing_tag opentracing_load_tracer jaeger_service_name zipkin_collector_host datadog_agent_host',
  ),
  ...named(
    'ngx_otel_module',
    'otel_service_name otel_trace otel_trace_context otel_span_name otel_span_attr otel_resource_attr',
  ),
  ...named(
    'ngx_http_opentelemetry_module',
    'opentelemetry opentelemetry_config opentelemetry_operation_name opentelemetry_propagate opentelemetry_capture_headers opentelemetry_attribute opentelemetry_sensitive_header_names opentelemetry_sensitive_header_values opentelemetry_ignore_paths opentelemetry_trust_incoming_spans',
  ),
  ...named(
    'ngx_http_modsecurity_module',
    'modsecurity modsecurity_rules modsecurity_rules_file modsecurity_rules_remote modsecurity_transaction_id modsecurity_use_error_log',
  ),
  ...named(
    'ngx_http_auth_digest_module',
    'auth_digest auth_digest_user_file auth_digest_timeout auth_digest_expires auth_digest_replays auth_digest_shm_size auth_digest_evasion_time auth_digest_maxtries auth_digest_drop_time',
  ),
  ...named('ngx_http_auth_pam_module', 'auth_pam auth_pam_service_name auth_pam_set_pam_env'),
  ...named(
    'ngx_http_auth_spnego_module',
    'auth_gss auth_gss_keytab auth_gss_realm auth_gss_service_name auth_gss_allow_basic_fallback auth_gss_authorized_principal auth_gss_format_full auth_gss_force_realm',
  ),
  ...ofForeignModule('nginx-auth-ldap', 'third-party', [['ldap_server', 'http', '1', 'block']]),
  ...named(
    'nginx-auth-ldap',
    'auth_ldap auth_ldap_servers auth_ldap_cache_enabled auth_ldap_cache_expiration_time auth_ldap_cache_size',
  ),
  ...named('ngx_cache_purge', 'cache_purge_response_type'),
  ...named(
    'ngx_http_upload_module',
    'upload_pass upload_resumable upload_store upload_state_store upload_store_access upload_set_form_field upload_aggregate_form_field upload_pass_form_field upload_cleanup upload_buffer_size upload_max_file_size upload_max_output_body_len upload_max_part_header_len upload_limit_rate upload_tame_arrays upload_pass_args upload_add_header upload_merge_buffer_size upload_range_header_buffer_size',
  ),
  ...named(
    'ngx_http_uploadprogress_module',
    'upload_progress track_uploads report_uploads upload_progress_content_type upload_progress_header upload_progress_json_output upload_progress_template',
  ),
  ...named('ngx_http_dav_ext_module', 'dav_ext_methods dav_ext_lock_zone dav_ext_lock'),
  ...named(
    'ngx_http_fancyindex_module',
    'fancyindex fancyindex_default_sort fancyindex_exact_size fancyindex_footer fancyindex_header fancyindex_ignore fancyindex_localtime fancyindex_css_href fancyindex_name_length fancyindex_show_path fancyindex_time_format fancyindex_directories_first fancyindex_case_sensitive fancyindex_hide_symlinks fancyindex_show_dotfiles fancyindex_hide_parent_dir',
  ),
  ...named(
    'ngx_http_substitutions_filter_module',
    'subs_filter subs_filter_types subs_filter_bypass subs_line_buffer_size subs_buffers',
  ),
  ...named(
    'ngx_http_vhost_traffic_status_module',
    'vhost_traffic_status vhost_traffic_status_zone vhost_traffic_status_dump vhost_traffic_status_display vhost_traffic_status_display_format vhost_traffic_status_display_jsonp vhost_traffic_status_filter vhost_traffic_status_filter_by_host vhost_traffic_status_filter_by_set_key vhost_traffic_status_filter_check_duplicate vhost_traffic_status_limit vhost_traffic_status_set_by_filter vhost_traffic_status_average_method vhost_traffic_status_histogram_buckets vhost_traffic_status_bypass_limit vhost_traffic_status_bypass_stats vhost_traffic_status_stats_by_upstream',
  ),
  ...named(
    'nchan',
    'nchan_publisher nchan_subscriber nchan_pubsub nchan_channel_id nchan_message_timeout nchan_message_buffer_length nchan_websocket_ping_interval nchan_redis_pass nchan_authorize_request nchan_store_messages nchan_shared_memory_size nchan_subscriber_timeout',
  ),
  ...named('nginx-sticky-module-ng', 'sticky_no_fallback'),
  ...named('ngx_http_dyups_module', 'dyups_interface dyups_upstream_conf dyups_read_msg_timeout'),
  ...named(
    'nginx_upstream_check_module',
    'check check_http_send check_http_expect_alive check_keepalive_requests check_shm_size check_status',
  ),
  ...named('nginx-upstream-fair', 'fair upstream_fair_shm_size'),
  ...named('ngx_http_perl_module', 'perl_modules_path'),
  ...named(
    'ngx_http_srcache_filter_module',
    'srcache_fetch srcache_fetch_skip srcache_store srcache_store_skip srcache_store_statuses srcache_methods srcache_default_expire srcache_max_expire',
  ),
  ...named(
    'ngx_http_memc_module',
    'memc_pass memc_cmds_allowed memc_connect_timeout memc_send_timeout memc_read_timeout memc_buffer_size',
  ),
  ...named(
    'ngx_http_redis2_module',
    'redis2_pass redis2_query redis2_raw_query redis2_raw_queries redis2_literal_raw_query redis2_connect_timeout redis2_send_timeout redis2_read_timeout redis2_buffer_size redis2_next_upstream',
  ),
  ...named(
    'ngx_http_redis_module',
    'redis_pass redis_bind redis_connect_timeout redis_send_timeout redis_read_timeout redis_buffer_size redis_next_upstream redis_gzip_flag',
  ),
  ...named('ngx_http_array_var_module', 'array_split array_join array_map array_map_op'),
  ...named(
    'ngx_http_encrypted_session_module',
    'encrypted_session_key encrypted_session_iv encrypted_session_expires set_encrypt_session set_decrypt_session',
  ),
  ...named('ngx_http_form_input_module', 'set_form_input set_form_input_multi'),
  ...named('ngx_http_iconv_module', 'set_iconv iconv_filter iconv_buffer_size'),
  ...named(
    'ngx_http_xss_filter_module',
    'xss_get xss_callback_arg xss_override_status xss_check_status xss_input_types xss_output_type',
  ),
  ...named(
    'ngx_http_naxsi_module',
    'SecRulesEnabled SecRulesDisabled LearningMode DeniedUrl CheckRule MainRule BasicRule',
  ),
  ...named('ngx_pagespeed', 'pagespeed'),
  ...named(
    'Phusion Passenger',
    'passenger_root passenger_ruby passenger_enabled passenger_app_env passenger_app_root passenger_min_instances passenger_max_pool_size passenger_sticky_sessions',
  ),
  ...named(
    'ngx_http_proxy_connect_module',
    'proxy_connect proxy_connect_allow proxy_connect_data_timeout proxy_connect_connect_timeout proxy_connect_address proxy_connect_bind',
  ),
  ...ofForeignModule('ngx_rtmp_module', 'third-party', [['rtmp', 'main', '0', 'block']]),
  ...ofForeignModule('ngx_http_acme_module', 'third-party', [
    ['acme_issuer', 'http', '1', 'block'],
    ['acme_certificate', 'server', '1+', 'custom', null, { repeat: 'list' }],
    ['acme_shared_zone', 'http', '1', 'custom'],
  ]),
];
