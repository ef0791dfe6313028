/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe.h"

#include "diagnosis/stile-probe-body.h"
#include "diagnosis/stile-probe-captive-portal.h"
#include "diagnosis/stile-probe-clock.h"
#include "diagnosis/stile-probe-compression.h"
#include "diagnosis/stile-probe-connect.h"
#include "diagnosis/stile-probe-connection.h"
#include "diagnosis/stile-probe-cookies.h"
#include "diagnosis/stile-probe-delay.h"
#include "diagnosis/stile-probe-handshake.h"
#include "diagnosis/stile-probe-headers.h"
#include "diagnosis/stile-probe-hello.h"
#include "diagnosis/stile-probe-http-version.h"
#include "diagnosis/stile-probe-keep-alive.h"
#include "diagnosis/stile-probe-media-type.h"
#include "diagnosis/stile-probe-method.h"
#include "diagnosis/stile-probe-minting.h"
#include "diagnosis/stile-probe-names.h"
#include "diagnosis/stile-probe-plain-http.h"
#include "diagnosis/stile-probe-portal-announcement.h"
#include "diagnosis/stile-probe-proxy.h"
#include "diagnosis/stile-probe-receipt.h"
#include "diagnosis/stile-probe-repeats.h"
#include "diagnosis/stile-probe-request-size.h"
#include "diagnosis/stile-probe-response-size.h"
#include "diagnosis/stile-probe-session.h"
#include "diagnosis/stile-probe-validity.h"

static const StileProbe *const probes[] = {
  &stile_probe_names,          &stile_probe_proxy,       &stile_probe_connection,
  &stile_probe_connect,        &stile_probe_handshake,   &stile_probe_minting,
  &stile_probe_validity,       &stile_probe_plain_http,  &stile_probe_portal_announcement,
  &stile_probe_captive_portal, &stile_probe_clock,       &stile_probe_session,
  &stile_probe_receipt,        &stile_probe_hello,       &stile_probe_media_type,
  &stile_probe_method,         &stile_probe_body,        &stile_probe_request_size,
  &stile_probe_response_size,  &stile_probe_compression, &stile_probe_headers,
  &stile_probe_cookies,        &stile_probe_repeats,     &stile_probe_http_version,
  &stile_probe_keep_alive,     &stile_probe_delay,       NULL,
};

/**
 * stile_probe_list:
 *
 * Returns: (transfer none): all probes, in the order in which they are shown; %NULL ends them
 */
const StileProbe *const *
stile_probe_list (void)
{
  return probes;
}
