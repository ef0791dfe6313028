/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_DNS_SD_ANNOUNCER (stile_dns_sd_announcer_get_type ())
G_DECLARE_FINAL_TYPE (StileDnsSdAnnouncer, stile_dns_sd_announcer, STILE, DNS_SD_ANNOUNCER, GObject)

StileDnsSdAnnouncer *
stile_dns_sd_announcer_new (GDBusConnection *connection, const char *name, const char *type, guint16 port);
void stile_dns_sd_announcer_announce_async (StileDnsSdAnnouncer *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
gboolean stile_dns_sd_announcer_announce_finish (StileDnsSdAnnouncer *self,
                                                 GAsyncResult *result,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_dns_sd_announcer_withdraw (StileDnsSdAnnouncer *self);
gboolean stile_dns_sd_announcer_is_announced (StileDnsSdAnnouncer *self);

G_END_DECLS
