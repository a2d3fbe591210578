import { type DirectiveInfo, ofModule, oneOf } from './row.ts';

/** What stands outside of http, stream and mail, and in events. */
export const MAIN: readonly DirectiveInfo[] = [
  ...ofModule('ngx_core_module', [
    ['daemon', 'main', '1', 'flag', 'on'],
    ['master_process', 'main', '1', 'flag', 'on'],
    ['timer_resolution', 'main', '1', 'ms'],
    ['pid', 'main', '1', 'string', 'logs/nginx.pid'],
    ['lock_file', 'main', '1', 'string', 'logs/nginx.lock'],
    ['worker_processes', 'main', '1', 'custom', '1'],
    ['debug_points', 'main', '1', oneOf('stop', 'abort')],
    ['user', 'main', '12', 'custom', 'nobody nobody'],
    ['worker_priority', 'main', '1', 'custom', '0'],
    ['worker_cpu_affinity', 'main', '1+', 'custom'],
    ['worker_rlimit_nofile', 'main', '1', 'number'],
    ['worker_rlimit_core', 'main', '1', 'offset'],
    ['worker_shutdown_timeout', 'main', '1', 'ms'],
    ['working_directory', 'main', '1', 'string'],
    ['env', 'main', '1', 'custom', 'TZ', { repeat: 'list' }],
    ['load_module', 'main', '1', 'custom', null, { repeat: 'list' }],
  ]),
  ...ofModule('ngx_conf_module', [['include', 'any', '1', 'custom', null, { repeat: 'list' }]]),
  ...ofModule('ngx_errlog_module', [['error_log', 'main', '1+', 'custom', 'logs/error.log error', { repeat: 'list' }]]),
  ...ofModule('ngx_regex_module', [['pcre_jit', 'main', '1', 'flag', 'off']]),
  ...ofModule('ngx_thread_pool_module', [
    ['thread_pool', 'main', '23', 'custom', 'default threads=32 max_queue=65536', { repeat: 'list' }],
  ]),
  ...ofModule('ngx_event_core_module', [
    ['events', 'main', '0', 'block'],
    ['worker_connections', 'events', '1', 'custom', '512'],
    ['use', 'events', '1', 'custom'],
    ['multi_accept', 'events', '1', 'flag', 'off'],
    ['accept_mutex', 'events', '1', 'flag', 'off'],
    ['accept_mutex_delay', 'events', '1', 'ms', '500ms'],
    ['debug_connection', 'events', '1', 'custom', null, { repeat: 'list' }],
  ]),
  ...ofModule('ngx_openssl_module', [
    ['ssl_engine', 'main', '1', 'custom'],
    ['ssl_object_cache_inheritable', 'main', '1', 'flag', 'on', { since: '1.27.4' }],
  ]),
  ...ofModule('ngx_epoll_module', [
    ['epoll_events', 'events', '1', 'number', '512'],
    ['worker_aio_requests', 'events', '1', 'number', '32'],
  ]),
  ...ofModule('ngx_kqueue_module', [
    ['kqueue_changes', 'events', '1', 'number', '512'],
    ['kqueue_events', 'events', '1', 'number', '512'],
  ]),
  ...ofModule('ngx_devpoll_module', [
    ['devpoll_changes', 'events', '1', 'number', '32'],
    ['devpoll_events', 'events', '1', 'number', '32'],
  ]),
  ...ofModule('ngx_eventport_module', [['eventport_events', 'events', '1', 'number', '32']]),
  ...ofModule('ngx_quic_bpf_module', [['quic_bpf', 'main', '1', 'flag', 'off', { since: '1.25.0' }]]),
  ...ofModule('ngx_google_perftools_module', [['google_perftools_profiles', 'main', '1', 'string']]),
];
