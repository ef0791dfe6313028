/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "transport/stile-dns-sd-service.h"

G_BEGIN_DECLS

#define STILE_TYPE_DNS_SD_RESOLVER (stile_dns_sd_resolver_get_type ())
G_DECLARE_FINAL_TYPE (StileDnsSdResolver, stile_dns_sd_resolver, STILE, DNS_SD_RESOLVER, GObject)

/* Asked for at once.  Whoever announces a thousand names could else have us send a thousand questions in a moment. */
#define STILE_DNS_SD_RESOLVER_MAX_RUNNING 8

StileDnsSdResolver *stile_dns_sd_resolver_new (GDBusConnection *connection, const char *type);
void stile_dns_sd_resolver_resolve_async (StileDnsSdResolver *self,
                                          const char *name,
                                          int interface,
                                          int protocol,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
StileDnsSdService *stile_dns_sd_resolver_resolve_finish (StileDnsSdResolver *self,
                                                         GAsyncResult *result,
                                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
