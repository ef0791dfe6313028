/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "transport/stile-dns-sd-roster.h"
#include "transport/stile-dns-sd-service.h"

G_BEGIN_DECLS

#define STILE_TYPE_DNS_SD_BROWSER (stile_dns_sd_browser_get_type ())
G_DECLARE_FINAL_TYPE (StileDnsSdBrowser, stile_dns_sd_browser, STILE, DNS_SD_BROWSER, GObject)

/* What devices announce that wait for an agent of BRSKI-PRM: the instance's name is the serial number. */
#define STILE_DNS_SD_BROWSER_PLEDGES "_brski-pledge._tcp"

StileDnsSdBrowser *stile_dns_sd_browser_new (GDBusConnection *connection, const char *type);
void stile_dns_sd_browser_start_async (StileDnsSdBrowser *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean stile_dns_sd_browser_start_finish (StileDnsSdBrowser *self,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_dns_sd_browser_stop (StileDnsSdBrowser *self);
gboolean stile_dns_sd_browser_is_settled (StileDnsSdBrowser *self);
gboolean stile_dns_sd_browser_is_full (StileDnsSdBrowser *self);

G_END_DECLS
