/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-sighting.h"
#include "diagnosis/stile-trial.h"

G_BEGIN_DECLS

/**
 * StileReach:
 * @STILE_REACH_NOT_TRIED: nobody has looked yet
 * @STILE_REACH_GOOD: somebody answers at the service's address, or the proxy let us through
 * @STILE_REACH_NO_NAME: the name does not exist, or nobody tells its address
 * @STILE_REACH_NO_PROXY: the proxy itself is not reached
 * @STILE_REACH_PROXY_REFUSED: the proxy does not let us through
 * @STILE_REACH_NO_CONNECTION: no TCP connection comes up
 * @STILE_REACH_SILENT: a TCP connection comes up, and nobody says anything on it
 * @STILE_REACH_NO_TLS: whoever answers does not shake hands
 */
typedef enum
{
  STILE_REACH_NOT_TRIED,
  STILE_REACH_GOOD,
  STILE_REACH_NO_NAME,
  STILE_REACH_NO_PROXY,
  STILE_REACH_PROXY_REFUSED,
  STILE_REACH_NO_CONNECTION,
  STILE_REACH_SILENT,
  STILE_REACH_NO_TLS,
} StileReach;

/**
 * StileAtlsOutcome:
 * @STILE_ATLS_NOT_TRIED: nobody has tried
 * @STILE_ATLS_ESTABLISHED: a session is up with a service that is who it must be
 * @STILE_ATLS_NOT_SPOKEN: whoever answers speaks no ATLS, and nothing says that it should
 * @STILE_ATLS_FAILED: it should have come up and did not
 * @STILE_ATLS_BROKEN: it came up, and what was said in it did not arrive whole
 * @STILE_ATLS_UNTRUSTED: it came up with somebody whom the anchors do not vouch for
 */
typedef enum
{
  STILE_ATLS_NOT_TRIED,
  STILE_ATLS_ESTABLISHED,
  STILE_ATLS_NOT_SPOKEN,
  STILE_ATLS_FAILED,
  STILE_ATLS_BROKEN,
  STILE_ATLS_UNTRUSTED,
} StileAtlsOutcome;

/**
 * StileSignals:
 * @url: what was asked about
 * @host: its host
 * @port: its port
 * @reach: whether anybody is reached at all
 * @reach_detail: (nullable): what the system said when nobody is
 * @addresses: (element-type utf8): of the host
 * @proxy: (nullable): the proxy in use, without credentials
 * @proxy_source: (nullable): "given", "none-given", "environment", "desktop", "none"
 * @proxy_status: the proxy's answer to CONNECT when it was no 200, or 0
 * @proxy_schemes: (nullable): how it wants to be told who asks
 * @sightings: (element-type StileSighting): connections, as both ends saw them
 * @trials: (element-type StileTrial): requests of the probes
 * @atls: what became of the session
 * @atls_detail: (nullable): why it is not up
 * @atls_flight: the flight that it ended with
 * @service_chain: (nullable) (element-type StileCertificate): who the service is, verified
 * @canary: whether somebody certified a name that cannot exist, when asked for it (DIAGNOSIS signal 8a)
 * @canary_name: (nullable): that name
 * @own_ja3: (nullable): the ClientHello that this computer sends, as JA3
 * @same_hello: whether the service saw the kind of ClientHello that this computer sends (signal 9)
 * @clock_offset: our clock less the other's, in seconds
 * @clock_source: (nullable): "service" or "date"; %NULL when nobody told the time
 * @portal: whether a captive portal answers here
 * @portal_url: (nullable): where one signs in
 * @portal_source: (nullable): "network", "api", "redirect", "content"
 * @plain_status: what plain HTTP was answered with, or 0
 * @oddity: (nullable): what is absurd about the certificates that were shown: nothing more was asked then
 * @silences: (element-type utf8): ids of checks that did not come to their end, each followed by why
 *
 * All that a diagnosis has found out, before anybody judges it.  Probes write it, StileVerdict reads it.
 */
typedef struct
{
  char *url;
  char *host;
  guint16 port;
  StileReach reach;
  char *reach_detail;
  GPtrArray *addresses;
  char *proxy;
  char *proxy_source;
  guint proxy_status;
  char *proxy_schemes;
  GPtrArray *sightings;
  GPtrArray *trials;
  StileAtlsOutcome atls;
  char *atls_detail;
  guint atls_flight;
  GPtrArray *service_chain;
  StileYesNo canary;
  char *canary_name;
  char *own_ja3;
  StileYesNo same_hello;
  gint64 clock_offset;
  char *clock_source;
  StileYesNo portal;
  char *portal_url;
  char *portal_source;
  guint plain_status;
  char *oddity;
  GPtrArray *silences;
} StileSignals;

StileSignals *stile_signals_new (const char *url, const char *host, guint16 port);
StileSignals *stile_signals_ref (StileSignals *self);
void stile_signals_unref (StileSignals *self);
void stile_signals_set_text (char **field, const char *text);
void stile_signals_add_silence (StileSignals *self, const char *check, const char *why);
StileSighting *stile_signals_get_best_sighting (StileSignals *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileSignals, stile_signals_unref)

G_END_DECLS
