/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_DNS_SD_AVAHI_NAME "org.freedesktop.Avahi"
#define STILE_DNS_SD_AVAHI_SERVER "org.freedesktop.Avahi.Server"
#define STILE_DNS_SD_AVAHI_SERVER2 "org.freedesktop.Avahi.Server2"
#define STILE_DNS_SD_AVAHI_BROWSER "org.freedesktop.Avahi.ServiceBrowser"
#define STILE_DNS_SD_AVAHI_GROUP "org.freedesktop.Avahi.EntryGroup"

/* Avahi's AVAHI_IF_UNSPEC and AVAHI_PROTO_*. */
#define STILE_DNS_SD_AVAHI_ANY (-1)
#define STILE_DNS_SD_AVAHI_IPV4 0
#define STILE_DNS_SD_AVAHI_IPV6 1

void stile_dns_sd_avahi_connect_async (GDBusConnection *connection,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GDBusConnection *stile_dns_sd_avahi_connect_finish (GAsyncResult *result,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_dns_sd_avahi_call (GDBusConnection *connection,
                              const char *path,
                              const char *interface,
                              const char *method,
                              GVariant *arguments,
                              const char *reply_type,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GVariant *stile_dns_sd_avahi_call_finish (GDBusConnection *connection,
                                          GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_dns_sd_avahi_set_lost (GError **error);

G_END_DECLS
